import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { parseDockerfile, parseTrigger } from '../../build/dockerfile/parse.ts';
import { planBuild } from '../../build/stages.ts';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { Job } from '../jobs/job.ts';
import { BuildProgress } from './build-progress.ts';

const signal = new AbortController().signal;

/** Two stages that begin with the same image, and the ends of their steps. */
function fixture() {
  const { stages } = planBuild(
    parseDockerfile('FROM box AS a\nRUN one\nFROM box AS b\nRUN two'),
    '',
  );
  const job = new Job(create(SolveRequestSchema, { Ref: 'ref' }), signal);
  const progress = new BuildProgress(job, stages);
  progress.addBase(0, 'box');
  progress.addBase(1, 'box');
  const ends = async () => {
    job.end();
    const said: string[] = [];
    for await (const { vertexes = [] } of job.status.follow(signal)) {
      for (const { name, completed, cached, error } of vertexes) {
        if (completed !== undefined) said.push(`${name}: ${error || (cached ? 'cached' : 'done')}`);
      }
    }
    return said;
  };
  const step = (stage: number, text: string, isTrigger = false) => ({
    ...{ kind: 'step' as const, instruction: parseTrigger(text, '\\'), stage },
    variables: new Map(),
    ...(isTrigger ? { isTrigger } : {}),
  });
  const begin = (number: number) => {
    const watcher = progress.stage(number);
    const from = stages[number]?.from;
    if (from) watcher.take({ ...step(number, 'RUN x'), instruction: from });
    return watcher;
  };
  return { progress, begin, step, ends };
}

test('steps have as inputs the steps from which they take files', async () => {
  const { stages } = planBuild(
    parseDockerfile(
      [
        'ARG BASE=a',
        ...['FROM box AS a', 'RUN one', 'ENV x=1', 'COPY f /f'],
        ...['FROM a AS b', 'COPY --from=other /g /g', 'RUN --mount=from=a,target=/a two'],
        // A stage without steps of its own, and one that begins with a variable.
        ...['FROM b AS c', 'FROM $BASE', 'COPY --from=c --link /f /f', 'RUN three'],
      ].join('\n'),
    ),
    '',
  );
  const job = new Job(create(SolveRequestSchema, { Ref: 'ref' }), signal);
  await job.step('context', async () => {}, '');
  const progress = new BuildProgress(job, stages);
  progress.addBase(0, 'box');
  for (const [stage, { from, instructions }] of stages.entries()) {
    const watcher = progress.stage(stage);
    for (const instruction of [from, ...instructions]) {
      const variables = new Map([['BASE', 'a']]);
      watcher.take({ kind: 'step', instruction, stage, variables });
      if (instruction === from && stage === 0) watcher.take({ kind: 'base', isKnown: false });
    }
    watcher.finish();
  }
  job.end();
  const names = new Map<string, string>();
  const inputs = new Map<string, readonly string[]>();
  for await (const { vertexes = [] } of job.status.follow(signal)) {
    for (const { digest = '', name = '', inputs: own = [] } of vertexes) {
      names.set(digest, name.replace(/^.*\] /, ''));
      inputs.set(digest, own);
    }
  }
  const shown = [...inputs].map(([digest, own]) => [
    names.get(digest),
    own.map((each) => names.get(each)),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    context: [],
    'FROM docker.io/library/box:latest': [],
    'RUN one': ['FROM docker.io/library/box:latest'],
    'COPY f /f': ['RUN one', 'context'],
    'FROM docker.io/library/other:latest': [],
    'COPY --from=other /g /g': ['COPY f /f', 'FROM docker.io/library/other:latest'],
    'RUN --mount=from=a,target=/a two': ['COPY --from=other /g /g', 'COPY f /f'],
    'COPY --from=c --link /f /f': ['COPY f /f', 'RUN --mount=from=a,target=/a two'],
    'RUN three': ['COPY --from=c --link /f /f'],
  });
});

test('each stage has its own current step, and an image that stages share is shown once', async () => {
  const { begin, step, ends } = fixture();
  const [a, b] = [begin(0), begin(1)];
  a.take({ kind: 'base', isKnown: true });
  b.take({ kind: 'base', isKnown: true });
  a.take(step(0, 'RUN one'));
  b.take(step(1, 'RUN two'));
  b.take({ kind: 'cached' });
  b.finish();
  a.finish();
  expect(await ends()).toEqual([
    // The target needs only the second stage.
    '[b 1/2] FROM docker.io/library/box:latest: cached',
    '[b 2/2] RUN two: cached',
    '[a 2/2] RUN one: done',
  ]);
});

test('an error belongs to its stage’s step, and the steps of the other stages are cancelled', async () => {
  const { progress, begin, step, ends } = fixture();
  const [a, b] = [begin(0), begin(1)];
  a.take(step(0, 'RUN one'));
  b.take(step(1, 'RUN two'));
  b.fail(new Error('exit code: 3'));
  a.cancel();
  a.cancel();
  expect(await ends()).toEqual([
    '[b 2/2] RUN two: exit code: 3',
    '[a 2/2] RUN one: context canceled',
  ]);
  expect(progress.origin.vertex).toBeDefined();
});

test('an instruction of the image’s ONBUILD is shown as such', async () => {
  const { begin, step, ends } = fixture();
  const a = begin(0);
  a.take(step(0, 'COPY --from=tools /t /t', true));
  a.finish();
  expect(await ends()).toEqual([
    'FROM docker.io/library/tools:latest: done',
    '[a 2/2] ONBUILD COPY --from=tools /t /t: done',
  ]);
});

test('the step of a RUN doesn’t show the secret that its mount sets', async () => {
  const { begin, step, ends } = fixture();
  const a = begin(0);
  a.take({ ...step(0, 'RUN --mount=type=secret,id=s,env=S [ "$S" = x ]'), variables: new Map() });
  a.finish();
  expect(await ends()).toContain('[a 2/2] RUN --mount=type=secret,id=s,env=S [ "****" = x ]: done');
});

test('a WORKDIR of the root has no step', async () => {
  const { begin, step, ends } = fixture();
  const a = begin(0);
  a.take({ ...step(0, 'WORKDIR /'), staysAtRoot: true });
  a.take(step(0, 'RUN one'));
  a.finish();
  expect(await ends()).toContain('[a 2/2] RUN one: done');
});

test('steps name the stage if the Dockerfile has stages after the target', async () => {
  const { stages } = planBuild(parseDockerfile('FROM scratch AS a\nCOPY x /\nFROM b'), 'a');
  const job = new Job(create(SolveRequestSchema, { Ref: 'ref' }), signal);
  new BuildProgress(job, stages, { count: 2 }).stage(0).take({
    ...{ kind: 'step', instruction: parseTrigger('COPY x /', '\\'), stage: 0 },
    variables: new Map(),
  });
  job.end();
  const said: string[] = [];
  for await (const { vertexes = [] } of job.status.follow(signal)) {
    said.push(...vertexes.map(({ name }) => name ?? ''));
  }
  expect(said).toContain('[a 1/1] COPY x /');
});

test('the number of steps counts all ONBUILD instructions', async () => {
  const { progress, begin, step, ends } = fixture();
  progress.setStages(new Map([[0, [parseTrigger('USER 1', '\\')]]]), new Map());
  const a = begin(0);
  a.take(step(0, 'RUN one'));
  a.finish();
  expect(await ends()).toContain('[a 2/3] RUN one: done');
});
