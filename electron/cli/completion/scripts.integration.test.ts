import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node-pty';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../host/engine/testing/scripted-engine.ts';
import { berthAt } from '../testing/terminal.ts';

/** Runs the scripts in real shells on a terminal, and presses Tab. */
let engine: ScriptedEngine;
let directory: string;

beforeAll(async () => {
  engine = await startScriptedEngine();
  const images = ['busybox:latest', 'box:5000/app:1'];
  engine.json('GET /images/json', [{ Id: 'i', RepoTags: images, Created: 0, Size: 1 }]);
  const container = { ImageID: 'i', Command: 'sh', Created: 0, Status: 'Up', State: 'running' };
  engine.json('GET /containers/json', [{ ...container, Id: '1', Names: ['/web'], Image: 'b:5' }]);
  directory = await mkdtemp(join(tmpdir(), 'berth-shell-'));
  const words = berthAt(engine.socketPath).map((word) => `'${word}'`);
  await mkdir(join(directory, 'bin'));
  const program = `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`;
  await writeFile(join(directory, 'bin', 'berth'), program, { mode: 0o755 });
  await writeFile(join(directory, 'settings.env'), '');
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const shells = [
  ['bash', ['--norc', '--noprofile'], 'eval "$(berth completion bash)"'],
  ['zsh', ['-f'], 'bindkey -e; autoload -U compinit; compinit -D; source <(berth completion zsh)'],
  ['fish', ['--no-config'], 'berth completion fish | source'],
] as const;

/** Types a command and Tab, and returns the completed line. */
function tab(shell: string, args: readonly string[], load: string, typed: string): Promise<string> {
  const path = `${join(directory, 'bin')}:${process.env.PATH}`;
  const terminal = spawn(shell, [...args, '-i'], {
    ...{ cwd: directory, cols: 200 },
    env: { TERM: 'dumb', LANG: 'C.UTF-8', HOME: directory, PATH: path },
  });
  return new Promise<string>((resolve, reject) => {
    let output = '';
    let loaded = false;
    terminal.onData((data) => {
      output += data;
      if (!loaded && output.includes('loaded 42')) {
        loaded = true;
        // Ctrl-A puts `echo` before the line, so that the shell prints it.
        terminal.write(`berth ${typed}\t\x01echo is: \r`);
      }
      const line = /^is: berth (.*?)\s*$/m.exec(output)?.[1];
      if (line !== undefined) resolve(line);
    });
    terminal.onExit(() => reject(new Error(`${shell} ended:\n${output}`)));
    terminal.write(
      `${load}; echo loaded $(expr 6 \\* 7)\r`.replace('$(', shell === 'fish' ? '(' : '$('),
    );
  }).finally(() => terminal.kill('SIGKILL'));
}

describe.each(shells)('%s', (...shell) => {
  test.each([
    ['machine statu', 'machine status'],
    ['stop w', 'stop web'],
    ['run --rm box:5000/a', 'run --rm box:5000/app:1'],
    ['run --pull=al', 'run --pull=always'],
    ['run --env-file settings.e', 'run --env-file settings.env'],
  ])('%s and Tab is %s', async (typed, line) => {
    expect(await tab(...shell, typed)).toBe(line);
  });
});
