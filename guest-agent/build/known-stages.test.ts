import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { Directories } from '../runtime/directories.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { BuildArgs } from './build-args.ts';
import { KnownHashes } from './copy/known-hashes.ts';
import { buildkit } from './dialect.ts';
import { parseDockerfile } from './dockerfile/parse.ts';
import { runStages } from './run-stages.ts';
import type { BuildSession, SessionSteps } from './session.ts';
import { planBuild } from './stages.ts';
import type { WantedStep } from './steps/build-steps.ts';
import { StepUnknown } from './steps/step-unknown.ts';

const document = ['COPY <<EOF /f', 'text', 'EOF'];

interface Caches {
  readonly knows: (step: WantedStep) => boolean;
  readonly hash?: string;
  /** Whether a step begins, instead of coming from a cache. */
  readonly runs?: (step: WantedStep) => boolean;
}

/** An engine whose images all have the file `/f`. */
async function openEngine(): Promise<Pick<BuildSession, 'engine' | 'scratch'>> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  const mounts = {
    mount: (_: string, root: string) => writeFile(join(root, 'f'), 'text'),
    unmount: async () => {},
  };
  const directories = new Directories(directory.path, join(directory.path, 'run'));
  const engine = { directories, mounts, log: () => {} } as unknown as Engine;
  return { engine, scratch: directory.path };
}

/** Builds stages with caches of other engines that have some steps, and says what happened. */
async function build(lines: readonly string[], { knows, hash, runs = () => false }: Caches) {
  const { stages } = planBuild(parseDockerfile(lines.join('\n')), '');
  const taken: string[] = [];
  const shown: string[] = [];
  const asked: string[] = [];
  const keys: string[] = [];
  const record = { layer: null, size: 0, created: '2026-01-01T00:00:00Z' };
  const known = {
    ...{ has: () => true, noteImage: () => true, hashOf: () => hash },
    take: async function* (step: WantedStep) {
      if (!knows(step)) throw new StepUnknown();
      yield { kind: 'cached' };
      return { ...record, key: step.key };
    },
  };
  const steps = {
    ...{ has: () => false, noteImage: () => true, known },
    hashOf: (key: string) => {
      asked.push(key);
      return hash;
    },
    take: async function* (step: WantedStep, signal: AbortSignal) {
      taken.push(step.description);
      keys.push(step.key);
      if (runs(step)) yield* step.run(signal);
      return { ...record, key: step.key };
    },
  } as unknown as SessionSteps;
  const session = {
    ...(await openEngine()),
    images: { hold: () => ({ [Symbol.dispose]: () => {} }) },
    ...{ stages, steps, escapeChar: '\\', dialect: buildkit, context: '/nowhere' },
    client: { named: () => undefined, hashes: new KnownHashes() },
    signal: new AbortController().signal,
    args: new BuildArgs({}, undefined),
    options: { useCache: true },
    keep: () => {},
  } as unknown as BuildSession;
  const { result } = runStages(session, stages, (number) => ({
    take: (event) => {
      if (event.kind === 'cached') shown.push(`${number} CACHED`);
    },
    finish: () => {},
    fail: () => {},
    cancel: () => {},
  }));
  await result;
  return { taken, shown, asked, keys };
}

const copied = ['FROM scratch AS a', ...document, 'FROM scratch', 'COPY --from=a /f /g'];

test('a stage of which a cache knows all that is needed does not run, and is shown as cached', async () => {
  const { taken, shown } = await build(copied, { knows: () => true, hash: 'file:abc' });
  expect(taken).toEqual(['COPY /f /g # buildkit']);
  expect(shown).toEqual(['0 CACHED']);
});

test('a stage runs if another stage begins with its files', async () => {
  const lines = ['FROM scratch AS a', ...document, 'FROM a', 'COPY <<EOF /g', 'more', 'EOF'];
  const { taken, shown } = await build(lines, { knows: () => true, hash: 'file:abc' });
  expect(taken).toEqual(['COPY <<EOF /f # buildkit', 'COPY <<EOF /g # buildkit']);
  expect(shown).toEqual([]);
});

test('a stage with a step that no cache has runs', async () => {
  const { taken } = await build(
    ['FROM scratch AS a', ...document, 'FROM a AS b', 'FROM scratch', ...document],
    { knows: () => false },
  );
  expect(taken).toContain('COPY <<EOF /f # buildkit');
});

test('a cache is asked for files by the text of here-documents, with the values of variables', async () => {
  const ask = async (value: string) => {
    const last = ['FROM scratch', `ARG A=${value}`, 'COPY --from=a /f <<EOF /d/', '$A', 'EOF'];
    const lines = ['FROM scratch AS a', ...document, ...last];
    return (await build(lines, { knows: () => true, hash: 'multi:abc' })).asked;
  };
  const one = await ask('1');
  expect(one).toHaveLength(1);
  expect(await ask('1')).toEqual(one);
  expect(await ask('2')).not.toEqual(one);
});

test('files of a stage that ran here are not taken for the files of an imported cache', async () => {
  const copies = (step: WantedStep) => step.description.startsWith('COPY /f');
  let begun = 0;
  const runs = (step: WantedStep) => copies(step) && begun++ === 0;
  const { taken, keys } = await build(copied, { knows: () => true, hash: 'file:abc', runs });
  expect(taken).toEqual([
    'COPY /f /g # buildkit',
    'COPY <<EOF /f # buildkit',
    'COPY /f /g # buildkit',
  ]);
  const local = await build(copied, { knows: () => false });
  expect(keys.at(-1)).toBe(local.keys.at(-1));
  expect(keys[0]).not.toBe(keys.at(-1));
});
