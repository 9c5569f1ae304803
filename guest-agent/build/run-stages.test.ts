import { expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { BuildArgs } from './build-args.ts';
import { buildkit } from './dialect.ts';
import { parseDockerfile } from './dockerfile/parse.ts';
import { runStages } from './run-stages.ts';
import type { BuildSession, NamedContext } from './session.ts';
import { planBuild } from './stages.ts';

/** Stages that begin with contexts of a client, which open when the test says so. */
function fixture(dockerfile: string) {
  const { stages } = planBuild(parseDockerfile(dockerfile), '');
  const opening = new Map<string, PromiseWithResolvers<void>>();
  const said: string[] = [];
  const client = new AbortController();
  const named = (name: string): NamedContext | undefined => {
    if (!name.startsWith('wait-')) return undefined;
    const gate = opening.get(name) ?? Promise.withResolvers<void>();
    opening.set(name, gate);
    return {
      kind: 'image',
      // biome-ignore lint/correctness/useYield: an empty image
      open: async function* () {
        said.push(`${name} opens`);
        await gate.promise;
        return undefined;
      },
    };
  };
  const session = {
    ...{ stages, escapeChar: '\\', dialect: buildkit, client: { named }, signal: client.signal },
    args: new BuildArgs({}, undefined),
    options: { useCache: false },
  } as unknown as BuildSession;
  const { result, ended } = runStages(session, stages, (number) => ({
    take: (event) => {
      if (event.kind === 'step') said.push(`${number} ${event.instruction.original}`);
    },
    finish: () => said.push(`${number} done`),
    fail: (error) => said.push(`${number} failed: ${(error as Error).message}`),
    cancel: () => said.push(`${number} cancelled`),
  }));
  result.catch(() => {});
  const open = (name: string, error?: Error) => {
    const gate = opening.get(name);
    if (error === undefined) gate?.resolve();
    else gate?.reject(error);
  };
  return { said, result, ended, open, client };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('stages begin together, and a stage waits only for the stage that it uses', async () => {
  const build = fixture('FROM wait-a AS a\nFROM wait-b AS b\nFROM a\nFROM b');
  await settle();
  expect(build.said.filter((line) => line.endsWith('opens'))).toEqual([
    'wait-a opens',
    'wait-b opens',
  ]);
  build.open('wait-b');
  await settle();
  expect(build.said.filter((line) => line.endsWith('done'))).toEqual(['1 done', '3 done']);
  build.open('wait-a');
  await build.result;
  expect(build.said.filter((line) => line.endsWith('done')).slice(2)).toEqual(['0 done', '2 done']);
});

test('the first error stops the other stages, and is the build’s error', async () => {
  const build = fixture('FROM wait-a AS a\nFROM wait-b AS b\nFROM a\nFROM b');
  await settle();
  build.open('wait-a', new EngineError('invalid', 'a is broken'));
  await settle();
  build.open('wait-b');
  await expect(build.result).rejects.toThrow('a is broken');
  await build.ended;
  const ends = build.said.filter((line) => / (failed|cancelled|done)/.test(line));
  expect([...new Set(ends)].sort()).toEqual([
    '0 failed: a is broken',
    '1 cancelled',
    '2 cancelled',
    '3 cancelled',
  ]);
});

test('a build that its client cancels ends when all stages have ended', async () => {
  const build = fixture('FROM wait-a AS a\nFROM wait-b AS b\nFROM a\nRUN true');
  await settle();
  build.client.abort(new Error('cancelled by the client'));
  build.open('wait-a');
  await settle();
  expect(build.said).not.toContain('2 done');
  build.open('wait-b');
  await expect(build.result).rejects.toThrow('cancelled by the client');
  expect(build.said).toContain('2 cancelled');
});
