import { expect, test } from 'vitest';
import { StatusLog } from '../jobs/status-log.ts';
import { Vertex } from '../jobs/vertex.ts';
import { scanSteps } from './scan-steps.ts';

test('a scan is shown as finding the scanner, and as one step', () => {
  const shown: string[] = [];
  const job = {
    sourceStep: () => undefined,
    vertex: (name: string) => {
      shown.push(name);
      return new Vertex(new StatusLog(), name, name);
    },
  };
  const steps = scanSteps(job, 'scanner', { os: 'linux', architecture: 'arm64', variant: 'v8' });
  for (const name of [
    // One build finds the scanner, and another one runs it.
    '[internal] load metadata for docker.io/library/scanner:latest',
    '[1/1] FROM docker.io/library/scanner:latest',
    '[internal] load metadata for docker.io/library/scanner:latest',
    '[scan 1/4] FROM docker.io/library/scanner:latest',
    '[scan 2/4] WORKDIR /run/out/',
    '[scan 4/4] RUN --mount=type=bind,from=sbom-source,target=/run/src ["scan"]',
    '[stage-1 1/1] COPY --from=scan /run/out/ /',
  ]) {
    steps.vertex(name).complete();
  }
  expect(shown).toEqual([
    'resolve image config for docker-image://docker.io/library/scanner:latest',
    'docker-image://docker.io/library/scanner:latest',
    '[linux/arm64] generating sbom using docker.io/library/scanner:latest',
  ]);
});
