import { expect, test } from 'vitest';
import { BuildArgs } from '../build-args.ts';
import { buildkit } from '../dialect.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { initialState } from '../initial-state.ts';
import type { BuildSession } from '../session.ts';
import { askedSteps } from '../testing/asked-steps.ts';
import { changeDirectory } from './working-directory.ts';

async function keyOf(line: string, User: string) {
  let found = '';
  const steps = askedSteps(({ key }) => {
    found = key;
  });
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
