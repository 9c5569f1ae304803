import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../testing/run.ts';
import { detectShell } from './detect.ts';
import { environmentScript } from './script.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());
const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);

test('PowerShell and cmd have their own quotes', () => {
  expect(environmentScript('powershell', { A: "it's $x", B: undefined })).toBe(
    "$Env:A = 'it''s $x'\nRemove-Item -ErrorAction SilentlyContinue Env:B\n",
  );
  expect(environmentScript('cmd', { A: 'a b%c&d', B: undefined })).toBe(
    'SET "A=a b%c&d"\nSET "B="\n',
  );
});

test.each([
  ['-zsh', '/bin/bash', 'zsh'],
  ['/usr/bin/fish', '/bin/zsh', 'fish'],
  ['node', '/bin/zsh', 'zsh'],
  ['dash', '/bin/zsh', 'bash'],
  ['pwsh', undefined, 'powershell'],
  ['node', undefined, 'bash'],
])('parent %s and SHELL=%s give %s', async (parent, SHELL, shell) => {
  expect(await detectShell({ SHELL }, 'linux', async () => `${parent}\n`)).toBe(shell);
});

test.each([
  [{ SHELL: '/usr/bin/bash' }, 'bash'],
  [{ PROMPT: '$P$G' }, 'cmd'],
  [{}, 'powershell'],
])('on Windows, %o means %s', async (environment, shell) => {
  expect(await detectShell(environment, 'win32')).toBe(shell);
});

test('env sets the engine’s address, and unsets variables that conflict with it', async () => {
  const env = { DOCKER_TLS_VERIFY: '1' };
  expect((await run('env --shell bash', { env })).stdout.split('\n')).toEqual([
    `export DOCKER_HOST='${process.platform === 'win32' ? `npipe://${engine.socketPath.replaceAll('\\', '/')}` : `unix://${engine.socketPath}`}'`,
    "export BERTH_MACHINE='default'",
    "export TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE='/var/run/docker.sock'",
    'unset DOCKER_TLS_VERIFY',
    '# eval "$(berth env --shell bash)"',
    '',
  ]);
  expect((await run('env work --shell fish')).stdout).toContain("set -gx BERTH_MACHINE 'work'");
  expect((await run('env --unset --shell cmd')).stdout).toContain('SET "DOCKER_HOST="');
  expect((await run('env --shell tcsh')).exitCode).toBe(125);
});
