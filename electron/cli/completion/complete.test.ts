import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../host/engine/testing/scripted-engine.ts';
import { runningStatus } from '../../host/machine/testing/running-status.ts';
import { runWords } from '../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  const container = { ImageID: 'i', Command: 'sh', Created: 0, Status: 'Up 2 minutes' };
  engine.answer('GET /containers/json', ({ query }, response) => {
    const running = { ...container, Id: '1', Names: ['/web'], Image: 'nginx', State: 'running' };
    const ended = { ...running, Names: ['/worn'], State: 'exited', Status: 'Exited (0)' };
    response.end(JSON.stringify(query.all === 'true' ? [running, ended] : [running]));
  });
  engine.json('GET /images/json', [
    { Id: 'i', RepoTags: ['busybox:latest', 'box:5000/app:1'], Created: 0, Size: 1 },
    { Id: 'j', RepoTags: ['<none>:<none>'], Created: 0, Size: 1 },
  ]);
  engine.json('GET /networks', [{ Name: 'bridge', Driver: 'bridge' }]);
  engine.json('GET /volumes', { Volumes: [{ Name: 'data', Driver: 'local' }] });
});
afterEach(() => engine[Symbol.asyncDispose]());

const lines = async (words: readonly string[], surroundings = {}) => {
  const outcome = await runWords(engine, ['__complete', ...words], surroundings);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  return outcome.stdout.split('\n').slice(0, -1);
};
/** Candidates for the last word, without their descriptions. */
const values = async (...words: string[]) =>
  (await lines(['--', ...words])).map((line) => line.replace(/\t.*/, ''));

test('completes commands and subcommands, with their summaries, but no hidden commands', async () => {
  expect(await values('p')).toEqual(['pause', 'port', 'ps', 'push', 'pull']);
  expect(await lines(['--', 'tag'])).toEqual([
    'tag\tCreate a tag that refers to an existing image',
  ]);
  expect(await values('mach')).toEqual(['machine']);
  expect(await values('machine', 'st')).toEqual(['start', 'stop', 'status']);
  expect(await values('__')).toEqual([]);
  expect((await runWords(engine, ['--help'])).stdout).not.toContain('__complete');
  expect(engine.requests).toEqual([]);
});

test('completes flags and known values', async () => {
  expect(await values('run', '--env-f')).toEqual(['--env-file']);
  expect(await values('container', 'run', '--pull', '')).toEqual(['always', 'missing', 'never']);
  expect(await values('run', '--pull=al')).toEqual(['--pull=always']);
  expect(await values('kill', '-s', 'T')).toEqual(['TERM']);
  expect(await values('run', '--network', '')).toEqual(['bridge']);
  expect(await values('run', '--network=b')).toEqual(['--network=bridge']);
  expect(await values('run', '-v', 'da')).toEqual(['data']);
  expect(await values('run', '--env-file', '')).toEqual([':files']);
  expect(await values('run', '--name', '')).toEqual([]);
});

test('completes the names that an operand can have', async () => {
  expect(await values('stop', '')).toEqual(['web']);
  expect(await values('rm', '-f', 'worn', '')).toEqual(['web', 'worn']);
  expect(await values('image', 'ls', 'b')).toEqual(['busybox:latest', 'box:5000/app:1']);
  expect(await values('run', '-d', '-e', 'A=1', '--rm', 'box:')).toEqual(['box:5000/app:1']);
  expect(await values('container', 'inspect', 'w')).toEqual(['web', 'worn']);
  expect(await values('inspect', 'd')).toEqual(['data']);
  expect(await values('rename', 'web', '')).toEqual([]);
  expect(await lines(['--', 'stop', ''])).toEqual(['web\tnginx, Up 2 minutes']);
});

test('completes the flags of a group, and its commands after them', async () => {
  expect(await values('compose', '--env')).toEqual(['--env-file']);
  expect(await values('compose', '-f', '')).toEqual([':files']);
  expect(await values('compose', '-f', 'other.yaml', 'unp')).toEqual(['unpause']);
  expect(await values('compose', '-f', 'other.yaml', '-p', 'shop', 'up', '--det')).toEqual([
    '--detach',
  ]);
});

test('the words after the image are for the program in the container', async () => {
  expect(await values('run', 'busybox', '-')).toEqual([':files']);
  expect(await values('exec', '-i', 'web', '')).toEqual([':files']);
  expect(await values('rm', 'web', '--f')).toEqual(['--force']);
});

test('completes VMs, also before the command', async () => {
  await runWords(engine, ['machine', 'create', 'work']);
  expect(await values('machine', 'stop', '')).toEqual(['default', 'work']);
  expect(await values('machine', 'cp', '')).toEqual([':files']);
  expect(await values('--m')).toEqual(['--machine']);
  expect(await values('--machine', 'w')).toEqual(['work']);
  expect(await values('--machine=w')).toEqual(['--machine=work']);
  expect(await values('--machine', 'work', 'stop', '')).toEqual(['web']);
});

test('--blank stands for an empty last word', async () => {
  expect(await lines(['--blank', '--', 'machine', 'ssh'])).toEqual(['default']);
  expect(await lines(['--blank', '--', 'machine', 'ssh', 'default'])).toEqual([':files']);
});

test('doesn’t start a stopped VM, and doesn’t report an engine that fails', async () => {
  const machine = { status: async () => ({ ...runningStatus, state: 'stopped' as const }) };
  expect(await lines(['--', 'stop', ''], { machine })).toEqual([]);
  expect(engine.requests).toEqual([]);
  engine.json('GET /containers/json', { message: 'broken' }, 500);
  expect(await values('stop', '')).toEqual([]);
  expect(await values('no-such-command', '')).toEqual([]);
});

test('the PowerShell script passes words separately, and an empty word as a flag', async () => {
  const { exitCode, stdout } = await runWords(engine, ['completion', 'powershell']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName berth');
  expect(stdout).toContain('__complete @blank -- @words');
  expect(stdout).toContain('-split "`t", 2');
  expect(stdout).not.toContain('\\');
  expect((await runWords(engine, ['completion', 'tcsh'])).exitCode).not.toBe(0);
});

test('an engine that hangs doesn’t block the prompt', async () => {
  engine.hang();
  expect(await values('stop', '')).toEqual([]);
});
