import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Change } from '../contract/changes.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { HostChanges } from './host-changes.ts';
import { Shares } from './shares.ts';

/** A share with `src/file`, what a watcher of `src` sees, and the host's end of the connection. */
async function shared() {
  const directory = (await temporaryDirectory()).path;
  const src = join(directory, 'mounts/home/src');
  await mkdir(src, { recursive: true });
  await writeFile(join(src, 'file'), '');
  const folder = { tag: 'home', hostPath: '/home/me', readOnly: false, transport: '9p' } as const;
  const config = { windows: false, ignoresCase: false, folders: [folder] };
  const shares = new Shares(config, join(directory, 'mounts'), async () => true);
  const failed = vi.fn();
  const changes = new HostChanges(shares, failed);
  const socket = join(directory, 'changes.sock');
  const server = await changes.listen(socket);
  await changes.watch([{ tag: 'home', path: 'src' }]);
  const seen: string[] = [];
  const watcher = watch(src, (_, name) => seen.push(name ?? ''));
  const host = connect(socket);
  await once(host, 'connect');
  onTestFinished(async () => {
    watcher.close();
    await changes.watch([]);
    expect(failed).not.toHaveBeenCalled();
    host.destroy();
    server.close();
  });
  const tell = (name: string, age: number) => {
    const path = `src/${name}`;
    const change: Change = { tag: 'home', path, kind: 'changed', isFolder: false, age };
    host.write(`${JSON.stringify({ changes: [change] })}\n`);
  };
  const count = (name: string) => seen.filter((each) => each === name).length;
  return { src, tell, count };
}

test('a change of the host is told of', async () => {
  const { tell, count } = await shared();
  tell('file', 30);
  await vi.waitFor(() => expect(count('file')).toBeGreaterThan(0));
});

test('one of the guest’s own is not told of again, when the host has seen it too', async () => {
  const { src, tell, count } = await shared();
  await writeFile(join(src, 'own'), 'contents');
  await vi.waitFor(() => expect(count('own')).toBeGreaterThan(0));
  const before = count('own');
  tell('own', 30);
  tell('file', 30);
  await vi.waitFor(() => expect(count('file')).toBeGreaterThan(0));
  expect(count('own')).toBe(before);
});
