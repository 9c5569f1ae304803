import { expect, it } from 'vitest';
import { readProgress } from './plain-progress.ts';

it('keeps steps with their output, warnings and errors, without numbers and times', () => {
  const text = [
    '#0 building with "default" instance using docker driver',
    '#1 [internal] load build definition from Dockerfile',
    '#1 DONE 0.1s',
    '#5 [2/3] RUN echo out',
    '#5 0.123 out',
    '#5 DONE 0.2s',
    '#6 [3/3] COPY a /a',
    '#6 CACHED',
    '',
    ' 1 warning found (use docker --debug to expand):',
    " - UndefinedVar: Usage of undefined variable '$A' (line 2)",
  ].join('\n');
  expect(readProgress(text)).toEqual({
    steps: ['[2/3] RUN echo out DONE\n  out', '[3/3] COPY a /a CACHED'],
    warnings: ["UndefinedVar: Usage of undefined variable '$A' (line 2)"],
    error: '',
  });
});

it('leaves out the other steps of a build that failed, because they end at any point', () => {
  const { steps, error } = readProgress(
    '#5 [a 1/1] RUN true\n#5 DONE 0.2s\n#6 [b 1/1] RUN false\n#6 ERROR: failed\n------\nERROR: failed to solve: ref u1::abc: false',
  );
  expect(steps).toEqual(['[b 1/1] RUN false ERROR']);
  expect(error).toBe('------\nERROR: failed to solve: ref <ref>: false');
});

it('reads the steps of images as done, however the engine ends them', () => {
  const { steps } = readProgress(
    '#4 [a 1/2] FROM x\n#4 CACHED\n#5 FROM y\n#5 DONE 0.1s\n#6 [a 2/2] RUN echo FROM z\n#6 CACHED',
  );
  expect(steps).toEqual(['FROM y', '[a 1/2] FROM x', '[a 2/2] RUN echo FROM z CACHED']);
});
