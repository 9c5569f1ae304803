import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { VmImageProgress } from '../../api/vm-image.ts';
import { berthVersion } from '../base/berth-version.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { writeDataDiskRecord } from '../home/data-disk-record.ts';
import { writeLaunch } from '../home/launch-record.ts';
import { machinePaths } from '../home/paths.ts';
import { guestArchitecture } from '../home/resources.ts';
import { chooseImage, rejectImage, vmImagePaths } from '../home/vm-images.ts';
import { newerImage } from '../supervisor/testing/downloaded-image.ts';
import { writeStubImage } from '../supervisor/testing/stub-image.ts';
import { startFeedServer } from './testing/feed-server.ts';
import { createVmImages } from './vm-images.ts';

const times = { silenceMs: 200, waitsMs: [5, 5, 5] };

async function prepare() {
  const home = await temporaryDirectory();
  const server = await startFeedServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const carried = await writeStubImage(join(home, 'carried'), 'carried');
  const environment = { BERTH_VM_IMAGE_FEED: server.address };
  const disk = { freeBytes: 10 * 1024 ** 3 };
  const images = createVmImages({
    ...{ home, environment, times, findCarried: () => carried },
    ...{ machines: { list: async () => ['default'] }, freeBytes: async () => disk.freeBytes },
  });
  const progress: VmImageProgress[] = [];
  const install = (force = false) =>
    images.install({
      ...{ force, signal: new AbortController().signal },
      onProgress: (step) => progress.push(step),
    });
  const paths = vmImagePaths(home, guestArchitecture());
  const chosen = () => chooseImage(home, guestArchitecture(), {}, () => carried);
  const folders = async () =>
    (await readdir(paths.directory)).filter((name) => /^\d/.test(name)).sort();
  return { home, server, disk, images, install, progress, paths, chosen, folders };
}

test('a published image is downloaded, checked and used by the next start', async () => {
  const { server, images, install, progress, chosen } = await prepare();
  expect(await images.check()).toEqual({ found: 'nothing' });
  expect(await images.state()).toMatchObject({ version: berthVersion, isDownloaded: false });
  server.publish(newerImage(1));
  server.publish(newerImage(2));
  server.publish('0.0.1');
  const bytes = expect.any(Number);
  expect(await images.check()).toEqual({
    ...{ found: 'update', version: newerImage(2), bytes, rejected: false },
  });
  expect(await install()).toBe(newerImage(2));
  expect(progress.at(-1)).toEqual({ bytes: progress.at(-1)?.total, total: expect.any(Number) });
  const { files, downloaded } = chosen();
  expect(downloaded?.version).toBe(newerImage(2));
  expect((await stat(files.root)).size).toBe(300_000);
  expect(await images.state()).toMatchObject({
    ...{ version: newerImage(2), isDownloaded: true, previous: berthVersion },
  });
  expect(await install()).toBeUndefined();
});

test('an image for a newer Berth waits for Berth; the newest usable image is installed', async () => {
  const { server, images, install } = await prepare();
  server.publish(newerImage(5), { minimumBerthVersion: '99.0.0' });
  expect(await images.check()).toEqual({
    ...{ found: 'needs-berth', version: newerImage(5), berth: '99.0.0' },
  });
  expect(await install()).toBeUndefined();
  server.publish(newerImage(4));
  expect(await install()).toBe(newerImage(4));
});

test('a connection that is cut again and again only continues the download', async () => {
  const { server, install, chosen } = await prepare();
  server.publish(newerImage(1));
  server.behaviour.cutAfter = 70_000;
  expect(await install()).toBe(newerImage(1));
  expect(chosen().downloaded?.version).toBe(newerImage(1));
  const ranges = server.requests.filter(({ path }) => path.endsWith('root.erofs'));
  expect(ranges.length).toBeGreaterThan(3);
  expect(ranges.slice(1).every(({ range }) => range !== undefined)).toBe(true);
});

test('a server without ranges also serves the rest', async () => {
  const { server, install } = await prepare();
  server.publish(newerImage(1));
  server.behaviour.status = 503;
  await expect(install()).rejects.toMatchObject({
    code: 'connection',
    message: expect.stringContaining('503'),
    hint: expect.stringContaining('continues'),
  });
  delete server.behaviour.status;
  server.behaviour.cutAfter = 200_000;
  server.behaviour.ignoresRanges = true;
  await expect(install()).rejects.toMatchObject({ code: 'connection' });
  delete server.behaviour.cutAfter;
  expect(await install()).toBe(newerImage(1));
});

test('a server that falls silent is given up', async () => {
  const { server, install } = await prepare();
  server.publish(newerImage(1));
  server.behaviour.hangs = true;
  await expect(install()).rejects.toThrow('sends nothing');
});

test.each([
  ['other content', { falsifies: true }],
  ['more content', { appends: true }],
])('%s is refused and deleted', async (_, behaviour) => {
  const { server, install, chosen, paths } = await prepare();
  server.publish(newerImage(1));
  Object.assign(server.behaviour, behaviour);
  await expect(install()).rejects.toMatchObject({
    code: 'connection',
    message: expect.stringContaining('is not as published'),
  });
  expect(chosen().downloaded).toBeUndefined();
  const partial = join(paths.directory, `${newerImage(1)}.partial`, 'kernel');
  expect((await stat(partial)).size).toBe(0);
  Object.assign(server.behaviour, { falsifies: false, appends: false });
  expect(await install()).toBe(newerImage(1));
});

test('a file with a damaged beginning is fetched from the start', async () => {
  const { server, install, paths } = await prepare();
  server.publish(newerImage(1));
  const partial = join(paths.directory, `${newerImage(1)}.partial`);
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'root.erofs'), 'damaged');
  await writeFile(join(partial, 'initrd'), Buffer.alloc(9_000));
  expect(await install()).toBe(newerImage(1));
});

test('a download needs space only for the part that is still missing', async () => {
  const { server, disk, install, paths } = await prepare();
  server.publish(newerImage(1));
  const partial = join(paths.directory, `${newerImage(1)}.partial`);
  await mkdir(partial, { recursive: true });
  // The image has 345,000 bytes; the 100 MiB stay free for other programs.
  disk.freeBytes = 100 * 1024 ** 2 + 100_000;
  await expect(install()).rejects.toMatchObject({
    ...{ message: 'The disk has too little space for the VM image' },
    hint: expect.stringContaining('needs 1 MB more'),
  });
  await writeFile(join(partial, 'root.erofs'), Buffer.alloc(260_000));
  expect(await install()).toBe(newerImage(1));
});

test('a leftover file that is too long counts only for its published size', async () => {
  const { server, disk, install, paths } = await prepare();
  server.publish(newerImage(1));
  const partial = join(paths.directory, `${newerImage(1)}.partial`);
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'kernel'), '');
  await truncate(join(partial, 'kernel'), 1_000_000);
  disk.freeBytes = 100 * 1024 ** 2;
  await expect(install()).rejects.toThrow('too little space');
});

test('a list with a path that is not an address is refused', async () => {
  const { server, images, install } = await prepare();
  server.publish(newerImage(1), {}, 'https://[');
  for (const attempt of [install, images.check]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'connection',
      message: `The list of VM images at ${server.address} is not valid`,
    });
  }
});

test('kill -9 during a download changes nothing, and the next one continues', async () => {
  const { home, server, install, images, chosen } = await prepare();
  server.publish(newerImage(1));
  server.behaviour.pauseMs = 100;
  const program = `
    const { createVmImages } = await import(${JSON.stringify(new URL('./vm-images.ts', import.meta.url).href)});
    const environment = { BERTH_VM_IMAGE_FEED: ${JSON.stringify(server.address)} };
    const findCarried = () => ({ kernel: '', initrd: '', root: '' });
    const machines = { list: async () => [] };
    await createVmImages({ home: ${JSON.stringify(home)}, environment, machines, findCarried })
      .install({ onProgress: ({ bytes }) => console.log(bytes), signal: new AbortController().signal });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  child.stdout.on('data', (text) => {
    bytes = Number(String(text).trim().split('\n').at(-1));
  });
  await vi.waitFor(() => expect(bytes).toBeGreaterThan(100_000), 15_000);
  await expect(install()).rejects.toThrow('Another process is already updating the VM image');
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(chosen().downloaded).toBeUndefined();
  expect(await images.state()).toMatchObject({ version: berthVersion, rejected: [] });

  delete server.behaviour.pauseMs;
  server.requests.length = 0;
  expect(await install()).toBe(newerImage(1));
  expect(server.requests[0]?.path).toContain('root.erofs');
  expect(server.requests[0]?.range).toBeDefined();
}, 40_000);

test('a rollback uses the image before, and an update does not bring the image back', async () => {
  const { server, images, install, chosen, folders } = await prepare();
  for (const number of [1, 2, 3]) {
    server.publish(newerImage(number));
    await install();
  }
  // The image in use, and the one before.
  expect(await folders()).toEqual([newerImage(2), newerImage(3)]);
  expect(await images.rollBack()).toBe(newerImage(2));
  expect(chosen().downloaded?.version).toBe(newerImage(2));
  expect(await images.state()).toMatchObject({
    rejected: [{ version: newerImage(3), by: 'user' }],
  });
  expect(await images.check()).toMatchObject({ version: newerImage(3), rejected: true });
  await expect(install()).rejects.toThrow(`doesn't use the VM image ${newerImage(3)}`);
  expect(await install(true)).toBe(newerImage(3));
  expect(await images.rollBack()).toBe(newerImage(2));
  expect(await images.rollBack()).toBe(berthVersion);
  await expect(images.rollBack()).rejects.toThrow('the VM image it came with');
});

test('a rollback is refused if the older image cannot read the data', async () => {
  const { home, server, images, install, chosen } = await prepare();
  server.publish(newerImage(1), { dataFormat: 2 });
  await install();
  const machine = machinePaths(home, 'default');
  await mkdir(machine.directory, { recursive: true });
  await writeDataDiskRecord(machine, { format: 2 });
  await expect(images.rollBack()).rejects.toThrow(`can't read the data of VM "default"`);
  expect(chosen().downloaded?.version).toBe(newerImage(1));
  // No engine has used the disk.
  await writeDataDiskRecord(machine, { format: 2, blank: true });
  expect(await images.rollBack()).toBe(berthVersion);
});

test('the image of a running VM is kept, and a damaged record rejects nothing', async () => {
  const { home, server, install, folders, paths, chosen } = await prepare();
  server.publish(newerImage(1));
  await install();
  const machine = machinePaths(home, 'default');
  await mkdir(machine.directory, { recursive: true });
  await writeLaunch(machine, { fingerprint: '', applied: {}, image: newerImage(1) });
  for (const number of [2, 3]) {
    server.publish(newerImage(number));
    await install();
  }
  expect(await folders()).toEqual([1, 2, 3].map(newerImage));
  await rejectImage(paths, newerImage(3), { by: 'boot', reason: 'test' });
  expect(chosen().downloaded?.version).toBe(newerImage(2));
  expect(await readFile(paths.record, 'utf8')).toContain(newerImage(3));
  await writeFile(paths.record, '{');
  expect(chosen().downloaded?.version).toBe(newerImage(3));
});

test('an address that is not safe is refused', async () => {
  const { home } = await prepare();
  const images = (feed: string) =>
    createVmImages({
      ...{ home, machines: { list: async () => [] }, environment: { BERTH_VM_IMAGE_FEED: feed } },
      findCarried: () => ({ kernel: '', initrd: '', root: '' }),
    });
  await expect(images('http://example.org/x.json').check()).rejects.toThrow('not an https address');
  await expect(images('').check()).rejects.toThrow("doesn't look for new VM images");
});
