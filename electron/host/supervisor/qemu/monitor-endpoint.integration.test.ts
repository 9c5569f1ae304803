import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { type MachinePaths, machinePaths } from '../../home/paths.ts';
import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { dialMonitor, prepareMonitor } from './monitor-endpoint.ts';
import { openMonitor } from './process.ts';
import { connectQmp } from './qmp.ts';

/* The monitor as on Windows, with the QEMU of this host. */

let paths: MachinePaths;
beforeEach(async () => {
  paths = machinePaths(await temporaryDirectory(), 'default');
  await mkdir(paths.directory, { recursive: true });
});

const dial = () => dialMonitor(paths, 'win32');
const portOf = async () => Number(await readFile(join(paths.monitorDirectory, 'port'), 'utf8'));

async function startQemu() {
  const { program } = await findQemu(guestArchitecture());
  const monitor = await prepareMonitor(paths, 'win32');
  const paused = ['-machine', 'none', '-nodefaults', '-display', 'none', '-S'];
  const child = spawn(program, [...paused, ...monitor], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Connects as soon as QEMU listens. */
async function owner() {
  const sockets: Socket[] = [];
  const qmp = await openMonitor(async () => {
    const socket = await dial();
    sockets.push(socket);
    return socket;
  }, AbortSignal.timeout(15_000));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return qmp.closed;
  };
  return { qmp, close };
}

test('QEMU answers those who have the key, one after the other', async () => {
  await startQemu();
  const first = await owner();
  expect(await first.qmp.execute('query-status')).toMatchObject({ running: false });
  expect(await first.qmp.execute('query-name')).toEqual({});
  await first.close();
  const second = await owner();
  expect(await second.qmp.execute('query-status')).toMatchObject({ running: false });
  await second.close();
});

test('QEMU answers nobody who lacks the key', async () => {
  await startQemu();
  await (await owner()).close();
  const plain = connect({ host: '127.0.0.1', port: await portOf() });
  let heard = '';
  plain.on('data', (data) => {
    heard += data;
  });
  plain.write('{"execute": "qmp_capabilities"}\n{"execute": "quit"}\n');
  // QEMU resets the connection.
  await expect(once(plain, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(heard).toBe('');

  const foreign = machinePaths(await temporaryDirectory(), 'default');
  await prepareMonitor(foreign, 'win32');
  await writeFile(join(foreign.monitorDirectory, 'port'), String(await portOf()));
  const guess = connectQmp(await dialMonitor(foreign, 'win32'), 5_000);
  await expect(guess).rejects.toMatchObject({ code: 'connection' });

  const again = await owner();
  expect(await again.qmp.execute('query-status')).toMatchObject({ running: false });
  await again.close();
});

test('a program that greets as QEMU does is not taken for QEMU', async () => {
  await prepareMonitor(paths, 'win32');
  const impostor = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
  });
  impostor.listen(await portOf(), '127.0.0.1');
  await once(impostor, 'listening');
  onTestFinished(() => void impostor.close());
  await expect(connectQmp(await dial(), 2_000)).rejects.toMatchObject({ code: 'connection' });
});

test('each start chooses a port and a key', async () => {
  const options = await prepareMonitor(paths, 'win32');
  const key = () => readFile(join(paths.monitorDirectory, 'keys.psk'), 'utf8');
  const first = await key();
  expect(options.join(' ')).toContain(`port=${await portOf()},`);
  await prepareMonitor(paths, 'win32');
  expect(await key()).not.toBe(first);
});
