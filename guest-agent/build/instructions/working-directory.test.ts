import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { BuildArgs } from '../build-args.ts';
import { buildkit, classic } from '../dialect.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { initialState } from '../initial-state.ts';
import type { BuildSession } from '../session.ts';
import { askedSteps } from '../testing/asked-steps.ts';
import { changeDirectory, directoriesToAdd } from './working-directory.ts';

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

test('with BuildKit, a WORKDIR that exists has an empty layer, but the root has none', async () => {
  await using directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'a'));
  const added = async (path: string, dialect = buildkit) => {
    const items = await directoriesToAdd(directory.path, path, dialect, '');
    if (items === undefined) return undefined;
    const names = [];
    for await (const { member } of items) names.push(member.name);
    return names;
  };
  expect(await added('/a')).toEqual([]);
  expect(await added('/a/b')).toEqual(['a', 'a/b']);
  expect(await added('//')).toBeUndefined();
  expect(await added('/a', classic)).toBeUndefined();
});
