import { expect, test } from 'vitest';
import { BuildArgs } from '../build-args.ts';
import { buildkit } from '../dialect.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { initialState } from '../initial-state.ts';
import type { BuildSession, SessionSteps } from '../session.ts';
import { changeDirectory } from './working-directory.ts';

async function keyOf(line: string, User: string) {
  let found = '';
  const steps = {
    has: () => true,
    noteImage: () => true,
    // biome-ignore lint/correctness/useYield: reports no progress.
    take: async function* ({ key }: { key: string }) {
      found = key;
      return { layer: null };
    },
  } as unknown as SessionSteps;
  const session = {
    ...{ steps, dialect: buildkit, escapeChar: '\\', keep: () => {} },
    args: new BuildArgs({}, undefined),
    options: { useCache: true },
  } as unknown as BuildSession;
  const events = changeDirectory(
    session,
    initialState(undefined, { User }),
    parseTrigger(line, '\\'),
  );
  while (!(await events.next()).done);
  return found;
}

test('the cache tells the owner of a directory from its name', async () => {
  const key = await keyOf('WORKDIR /a', 'me');
  expect(await keyOf('WORKDIR /a', 'you')).not.toBe(key);
  expect(await keyOf('WORKDIR /a of me', '')).not.toBe(key);
});
