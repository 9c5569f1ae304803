import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runningStatus } from '../../../host/machine/testing/running-status.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const config = async () =>
  JSON.parse(
    await readFile(join(socketDirectory(engine.socketPath), 'docker', 'config.json'), 'utf8'),
  );

test('context: create, use and remove, each repeatedly', async () => {
  for (const _ of [1, 2]) {
    expect(await run('context install')).toMatchObject({
      ...{ exitCode: 0, stdout: 'docker context "berth" connects to VM "default"\n' },
    });
  }
  const env = { DOCKER_HOST: 'tcp://other' };
  expect((await run('context use work', { env })).stderr).toContain('DOCKER_HOST is set');
  expect(await config()).toEqual({ currentContext: 'berth-work' });
  expect((await run('context rm work')).stdout).toBe('docker context "berth-work" was removed\n');
  expect(await config()).toEqual({});
  expect((await run('context rm work')).exitCode).toBe(0);
});

test('doctor exits with 1 if a check fails, also with --json', async () => {
  const failure = { message: 'it crashed', hint: 'Start it.', console: [] };
  const status = async () => ({ ...runningStatus, state: 'failed' as const, failure });
  const text = await run('doctor', { machine: { status } });
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toContain('FAIL  machine: it crashed\n      Start it.\n');
  const { exitCode, stdout } = await run('doctor --json', { machine: { status } });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toContainEqual({
    ...{ name: 'machine', status: 'fail', message: 'it crashed', hint: 'Start it.' },
  });
}, 30_000);

test('diagnose writes the requested file', async () => {
  const file = join(socketDirectory(engine.socketPath), 'report.tar.gz');
  const { exitCode, stdout } = await run(`diagnose -o ${file}`);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(file);
  expect(existsSync(file)).toBe(true);
}, 30_000);
