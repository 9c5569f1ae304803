import { type Platform, platformId } from '../../registry/platform.ts';
import { fullName } from '../frontend/build-progress.ts';
import { StatusLog } from '../jobs/status-log.ts';
import { type Steps, Vertex } from '../jobs/vertex.ts';

/**
 * Shows the builds that scan a result as BuildKit shows a scan: how the scanner is found and pulled,
 * and its run as one step. `generator` is the scanner's image.
 */
export function scanSteps(job: Steps, generator: string, platform: Platform): Steps {
  const hidden = new StatusLog();
  const scanner = `docker-image://${fullName(generator)}`;
  const seen = new Set<string>();
  const shownName = (name: string): string | undefined => {
    if (name.startsWith('[internal] load metadata')) return `resolve image config for ${scanner}`;
    if (/^\[[^\]]*\] FROM /.test(name)) return scanner;
    if (/^\[[^\]]*\] RUN /.test(name)) {
      return `[${platformId(platform)}] generating sbom using ${fullName(generator)}`;
    }
    return undefined;
  };
  return {
    sourceStep: () => undefined,
    vertex: (name) => {
      const shown = shownName(name);
      if (shown === undefined || seen.has(shown)) return new Vertex(hidden, name, name);
      seen.add(shown);
      return job.vertex(shown);
    },
  };
}
