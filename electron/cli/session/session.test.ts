import { EventEmitter } from 'node:events';
import { type Duplex, duplexPair, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import type { CliContext } from '../context.ts';
import { standInHost } from '../testing/stand-in-host.ts';
import { runSession } from './session.ts';

let modes: boolean[];
let stdin: PassThrough;
let context: CliContext;
let near: Duplex;
let far: Duplex;

beforeEach(() => {
  modes = [];
  stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => modes.push(raw),
  });
  context = {
    host: async () => standInHost('/nonexistent/engine.sock'),
    stdin,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    signals: new EventEmitter(),
  };
  [near, far] = duplexPair();
});

const session = () =>
  runSession(context, { stream: { socket: near, raw: true }, tty: true, stdin: true });

/** Checks that a session cleaned up. */
function expectLetGo(): void {
  expect(modes).toEqual([true, false]);
  expect(stdin.isPaused()).toBe(true);
  expect(near.destroyed).toBe(true);
}

test('releases terminal, input and connection when the output ends', async () => {
  const outcome = session();
  far.end('bye');
  expect(await outcome).toBe('ended');
  expectLetGo();
});

test('when the user detaches', async () => {
  const outcome = session();
  stdin.write('\x10\x11');
  expect(await outcome).toBe('detached');
  expectLetGo();
});

test('when the connection breaks', async () => {
  const outcome = session();
  near.destroy(new Error('reset'));
  expect(await outcome).toBe('ended');
  expectLetGo();
});

test('treats an input error as the end of the input', async () => {
  const outcome = session();
  stdin.destroy(new Error('EIO'));
  expect(await text(far.iterator({ destroyOnReturn: false }))).toBe('');
  far.end('bye');
  expect(await outcome).toBe('ended');
});

test('when the output can’t be written', async () => {
  const outcome = session();
  const failure = new Error('disk full');
  context.stdout.on('error', () => {});
  context.stdout.destroy(failure);
  far.write('text');
  await expect(outcome).rejects.toThrow();
  expectLetGo();
});
