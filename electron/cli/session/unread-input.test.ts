import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  frame,
  type ScriptedEngine,
  startScriptedEngine,
  upgradeHead,
} from '../../host/engine/testing/scripted-engine.ts';
import { berthAt } from '../testing/terminal.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  engine.json('POST /containers/box/exec', { Id: 'e1' }, 201);
  engine.json('GET /exec/e1/json', { ID: 'e1', Running: false, ExitCode: 3 });
});
afterEach(() => engine[Symbol.asyncDispose]());

/** An exec that ends without reading its input: the connection is reset. */
const endEarly = (output: Buffer) =>
  engine.upgrade('POST /exec/e1/start', async (socket) => {
    socket.on('error', () => {});
    socket.write(upgradeHead(false));
    await once(socket, 'readable');
    socket.write(Buffer.concat([output, frame(2, 'err\n')]), () => socket.destroy());
  });

/** `berth exec -i` as a process, with input for as long as it reads. */
async function execWith(input: Readable) {
  const [program = '', ...words] = berthAt(engine.socketPath);
  const child = spawn(program, [...words, 'exec', '-i', 'box', 'sh']);
  child.stdin.on('error', () => {});
  input.pipe(child.stdin);
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = await once(child, 'close');
  const [stdout, stderr] = await outputs;
  input.destroy();
  return { exitCode, stdout, stderr };
}

const endless = () => Readable.from(forEver());
function* forEver() {
  for (;;) yield Buffer.alloc(64 * 1024);
}

test.each([
  ['300 kB', () => Readable.from([Buffer.alloc(300_000)])],
  ['2 MB', () => Readable.from([Buffer.alloc(2_000_000)])],
  ['endless', endless],
])('shows the output of a command that doesn’t read its input (%s)', async (_, input) => {
  const lines = 'out\n'.repeat(20_000);
  endEarly(frame(1, lines));
  expect(await execWith(input())).toEqual({ exitCode: 3, stdout: lines, stderr: 'err\n' });
});

test('a connection that breaks during a command is a failure', async () => {
  engine.json('GET /exec/e1/json', { ID: 'e1', Running: true, ExitCode: null });
  endEarly(Buffer.alloc(0));
  const { exitCode, stderr } = await execWith(Readable.from([Buffer.alloc(1000)]));
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/the connection to the command was lost/);
});
