import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);

test('help needs no engine', async () => {
  for (const line of ['run --help', 'help run']) {
    const { exitCode, stdout } = await run(line);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: berth run [options] <image> [command] [arg...]');
    expect(stdout).toContain('-m, --memory <size>');
  }
  expect((await run('--help')).stdout).toMatch(/Containers:\n {2}attach .*\n[\s\S]*Images:\n/);
  expect((await run('--version')).stdout).toMatch(/^berth version \d+\.\d+\.\d+\n$/);
  expect((await run('container')).stdout).toContain('ls|list');
  expect((await run('container')).stdout).toContain('rm|remove');
  expect(await run('help container nope')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("unknown command 'nope'"),
  });
});
