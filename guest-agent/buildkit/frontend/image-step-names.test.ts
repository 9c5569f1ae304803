import { expect, test } from 'vitest';
import { parseDockerfile } from '../../build/dockerfile/parse.ts';
import { planBuild } from '../../build/stages.ts';
import { imageStepNames } from './image-step-names.ts';

/** The names for a Dockerfile whose stages begin with images or, as `s0`, with stages. */
function names(...lines: readonly string[]) {
  const { stages } = planBuild(parseDockerfile(lines.join('\n')), '');
  const parent = (stage: number) => stages.findIndex(({ name }) => name === stages[stage]?.base);
  const found = imageStepNames({
    stages,
    imageOf: (stage) => (parent(stage) === -1 ? `${stages[stage]?.base}:1` : undefined),
    parentOf: parent,
    triggersOf: () => [],
    nameFor: (image, stage) => (stage === undefined ? image : `[${stages[stage]?.name}] ${image}`),
    fullName: (image) => `${image}:1`,
  });
  return Object.fromEntries(found);
}

test('an image’s step has the name of the last stage that the target needs', () => {
  expect(names('FROM box AS s0', 'FROM box AS s1', 'COPY --from=s0 / /')).toEqual({
    'box:1': '[s0] box:1',
  });
  expect(names('FROM box AS s0', 'FROM box AS s1')).toEqual({ 'box:1': '[s1] box:1' });
  const linked = ['FROM box AS s0', 'FROM box AS s1', 'COPY --from=s0 / /', 'FROM box AS s2'];
  expect(names(...linked, 'COPY --from=s1 / /', 'FROM s2 AS s3')).toEqual({
    'box:1': '[s0] box:1',
  });
});

test('an instruction that takes files from an image names its step', () => {
  expect(names('FROM box AS s0', 'COPY --from=box / /')).toEqual({ 'box:1': 'box:1' });
  expect(names('FROM box AS s0', 'RUN --mount=from=web,target=/x y')).toEqual({
    'box:1': '[s0] box:1',
    'web:1': 'web:1',
  });
});

test('mounts count in the order of their targets', () => {
  const mounts = (first: string, second: string) =>
    names(
      ...['FROM box AS s0', 'FROM scratch AS s1'],
      `RUN --mount=from=s0,target=${first} --mount=from=box,target=${second} y`,
    )['box:1'];
  expect(mounts('/a', '/b')).toBe('box:1');
  expect(mounts('/b', 'a')).toBe('[s0] box:1');
});
