import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { downloadArchive } from './download.ts';
import type { Archive } from './pins.ts';
import { type ArchiveServer, startArchiveServer } from './testing/archive-server.ts';

let server: ArchiveServer;
let cache: string;
beforeEach(async () => {
  server = await startArchiveServer();
  cache = join(await temporaryDirectory(), 'cache');
});
const content = Buffer.from('0123456789'.repeat(5000));

/** A download whose connection ends after a part is on disk. */
async function interrupt(archive: Archive): Promise<void> {
  const end = server.stopAfter(20_000);
  const failing = expect(downloadArchive(archive, cache)).rejects.toThrow('To continue, run');
  await vi.waitFor(async () => {
    const [partial = ''] = await readdir(cache);
    expect((await stat(join(cache, partial))).size).toBe(20_000);
  }, 10_000);
  end();
  await failing;
}

it('downloads once, and then takes the cached file', async () => {
  const archive = server.add('qemu.tar', content);
  const path = await downloadArchive(archive, cache);
  expect(await readFile(path)).toEqual(content);
  expect(await downloadArchive(archive, cache)).toBe(path);
  expect(server.requests).toEqual(['/qemu.tar']);
});

it('refuses a file with another digest, and keeps nothing of it', async () => {
  const archive = server.add('qemu.tar', content);
  server.add('qemu.tar', Buffer.from('something else'));
  await expect(downloadArchive(archive, cache)).rejects.toThrow(
    /isn't what .*pins\.json lists.*Don't use the file/s,
  );
  expect(await readdir(cache)).toEqual([]);
});

it('replaces a cached file that has changed', async () => {
  const archive = server.add('qemu.tar', content);
  const path = await downloadArchive(archive, cache);
  await writeFile(path, 'damaged');
  await downloadArchive(archive, cache);
  expect(await readFile(path)).toEqual(content);
});

it('continues an interrupted download', async () => {
  const archive = server.add('qemu.tar', content);
  await interrupt(archive);
  const path = await downloadArchive(archive, cache);
  expect(await readFile(path)).toEqual(content);
  expect(server.requests[1]).toBe('/qemu.tar bytes=20000-');
});

it('starts again if the server can’t continue', async () => {
  const archive = server.add('qemu.tar', content);
  server.ignoreRanges();
  await interrupt(archive);
  expect(await readFile(await downloadArchive(archive, cache))).toEqual(content);
});

it('names the address of a missing file', async () => {
  const archive = server.add('qemu.tar', content);
  const gone = { ...archive, url: `${server.url}/gone.tar` };
  await expect(downloadArchive(gone, cache)).rejects.toThrow(`${server.url}/gone.tar`);
});
