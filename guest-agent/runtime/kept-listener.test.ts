import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { onWindows } from '../testing/on-windows.ts';
import { dropListener, keptListener } from './kept-listener.ts';

/** The socket of an agent that was killed. */
async function killedServer() {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'engine.sock');
  const record = join(directory.path, 'keeper.json');
  const program = join(import.meta.dirname, 'testing/keeping-server.ts');
  const server = spawn(process.execPath, [program, path, record], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  server.kill('SIGKILL');
  await once(server, 'exit');
  return {
    ...{ path, record },
    async [Symbol.asyncDispose]() {
      await dropListener(record);
      await directory[Symbol.asyncDispose]();
    },
  };
}

test.skipIf(onWindows('it uses calls of Linux'))(
  'the next agent answers on the same file, also clients that came in between',
  async () => {
    await using killed = await killedServer();
    const { ino } = await stat(killed.path);
    const early = connect(killed.path);
    await once(early, 'connect');
    const fd = await keptListener(killed.record, killed.path);
    const next = createServer((socket) => socket.end('next'));
    next.listen({ fd });
    try {
      expect(await text(early)).toBe('next');
      expect(await text(connect(killed.path))).toBe('next');
      expect((await stat(killed.path)).ino).toBe(ino);
    } finally {
      next.close();
    }
  },
);

test.skipIf(onWindows('it uses calls of Linux'))(
  'a socket that is dropped takes no more clients',
  async () => {
    await using killed = await killedServer();
    await dropListener(killed.record);
    await expect(once(connect(killed.path), 'connect')).rejects.toThrow('ECONNREFUSED');
    expect(await keptListener(killed.record, killed.path)).toBeUndefined();
  },
);

test.skipIf(onWindows('it uses calls of Linux'))(
  'without the file or a record, the agent makes a new socket',
  async () => {
    await using killed = await killedServer();
    expect(await keptListener(`${killed.record}.none`, killed.path)).toBeUndefined();
    await rm(killed.path);
    expect(await keptListener(killed.record, killed.path)).toBeUndefined();
    const other = createServer().listen(killed.path);
    await once(other, 'listening');
    expect(await keptListener(killed.record, killed.path)).toBeUndefined();
    other.close();
  },
);
