import { expect, test } from 'vitest';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { nativePlatform, type Platform } from '../../registry/platform.ts';
import { BuildArgs } from '../build-args.ts';
import { buildkit } from '../dialect.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { initialState } from '../initial-state.ts';
import type { BuildSession } from '../session.ts';
import { planBuild } from '../stages.ts';
import { askedSteps } from '../testing/asked-steps.ts';
import { run } from './run.ts';

/** The key under which the cache has what a `RUN` made. */
async function keyOf(
  line: string,
  args: Readonly<Record<string, string>> = {},
  platform?: Platform,
) {
  let found = '';
  const steps = askedSteps(({ key }) => {
    found = key;
  });
  const declared = new BuildArgs(args, undefined);
  for (const name of Object.keys(args)) declared.declare(name, undefined);
  const session = {
    ...{ steps, args: declared, dialect: buildkit, escapeChar: '\\', keep: () => {} },
    options: { useCache: true, buildArgs: {}, hostConfig: {}, platform },
  } as unknown as BuildSession;
  const [stage] = planBuild(parseDockerfile(`FROM base\n${line}`), '').stages;
  const instruction = stage?.instructions[0];
  if (instruction === undefined) throw new Error(`no instruction: ${line}`);
  const image = { id: 'sha256:1', layers: ['sha256:a'], config: {} } as unknown as StoredImage;
  const events = run(session, initialState(image, {}), instruction);
  while (!(await events.next()).done);
  return found;
}

test('the cache tells commands apart by their words, and not by how they look', async () => {
  const key = await keyOf('RUN ["touch", "a b"]');
  expect(await keyOf('RUN [ "touch",  "a b" ]')).toBe(key);
  expect(await keyOf('RUN ["touch", "a", "b"]')).not.toBe(key);
  expect(await keyOf('RUN ["touch a", "b"]')).not.toBe(key);
});

test('the cache tells build arguments with blanks from several arguments', async () => {
  const key = await keyOf('RUN ["echo"]', { A: 'x', B: 'y' });
  expect(await keyOf('RUN ["B=y", "echo"]', { A: 'x' })).not.toBe(key);
  expect(await keyOf('RUN ["x", "echo"]', { A: '' })).not.toBe(
    await keyOf('RUN ["echo"]', { A: ' x' }),
  );
});

test('the cache tells platforms apart, also of engines that share a cache', async () => {
  const own = await keyOf('RUN uname -m');
  expect(await keyOf('RUN uname -m', {}, nativePlatform())).toBe(own);
  const other = nativePlatform().architecture === 'arm64' ? 'amd64' : 'arm64';
  expect(await keyOf('RUN uname -m', {}, { os: 'linux', architecture: other })).not.toBe(own);
});
