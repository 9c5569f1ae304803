import { writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { MachineStatus } from '../../../api/machine.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { readDataDiskRecord } from '../../home/data-disk-record.ts';
import { readLaunch } from '../../home/launch-record.ts';
import { machinePaths } from '../../home/paths.ts';
import { readImageRecord, rejectImage, vmImagePaths } from '../../home/vm-images.ts';
import { defaultSettings } from '../../settings/store.ts';
import { createBootImages } from '../boot/boot-images.ts';
import { bootSteps } from '../boot/boot-steps.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import { addDownloadedImage, newerImage } from '../testing/downloaded-image.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';
import type { Fault } from '../testing/guest.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { Lifecycle } from './lifecycle.ts';

/** A VM whose image decides whether it boots; `faults` names images by their folder. */
async function prepare(faults: Readonly<Record<string, Fault>> = {}, home?: string) {
  const place = home ?? (await temporaryDirectory());
  const carried = await writeStubImage(join(place, 'carried'), 'carried');
  const paths = machinePaths(place, 'test');
  const images = createBootImages(place, 'amd64', paths, {}, () => carried);
  const machine = createFakeMachine(
    { ...{ paths, accelerationRecord: '', architecture: 'amd64' }, image: images.files },
    () => {
      const name = Object.keys(faults).find((each) => images.files().kernel.includes(each));
      return (name && faults[name]) || 'none';
    },
  );
  onTestFinished(() => machine.kill());
  const engineSocket = createSwitchedSocket(paths.engineSocket);
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths, graceMs: 600, images, image: images.version },
    engineSocket,
    settings: async () => ({ ...defaultSettings(), diskGiB: 1 / 64 }),
    steps: bootSteps.map((info) => ({
      ...info,
      // The fake hypervisor reports a failed launch itself.
      deadlineMs:
        info.step !== 'launch' && Object.values(faults).some((fault) => fault === info.step)
          ? 500
          : 20_000,
    })),
    initial: { name: 'test', driver: 'fake', state: 'stopped', ...defaultSettings() },
  });
  const seen: MachineStatus[] = [];
  lifecycle.events.on('status', (status) => seen.push(status));
  const booted = async () => (await readLaunch(paths))?.image;
  const record = () => readImageRecord(vmImagePaths(place, 'amd64'));
  return { home: place, lifecycle, machine, paths, images, engineSocket, booted, record, seen };
}

test('the newest usable image boots, and has worked from then on', async () => {
  const { home, lifecycle, booted, record } = await prepare();
  await lifecycle.start();
  expect(await booted()).toBe('carried');
  await addDownloadedImage(home, newerImage(2));
  await addDownloadedImage(home, newerImage(10));
  await addDownloadedImage(home, newerImage(11), { minimumBerthVersion: '99.0.0' });
  await addDownloadedImage(home, '0.0.1');
  await lifecycle.stop();
  await lifecycle.start();
  expect(await booted()).toBe(newerImage(10));
  expect(record().worked).toEqual([newerImage(10)]);
  expect(lifecycle.status).not.toHaveProperty('imageNote');
});

test.each<Fault>(['launch', 'kernel', 'ssh', 'engine'])(
  'a new image that fails in step %s gives way to the one before, and is not tried again',
  async (fault) => {
    const bad = newerImage(3);
    const { home, lifecycle, booted, record } = await prepare({ [bad]: fault });
    await addDownloadedImage(home, newerImage(2));
    await addDownloadedImage(home, bad);
    await lifecycle.start();
    expect(await booted()).toBe(newerImage(2));
    expect(lifecycle.status).toMatchObject({
      state: 'running',
      imageNote: expect.stringContaining(
        `the new VM image ${bad}, so Berth uses ${newerImage(2)} and won't try ${bad} again`,
      ),
    });
    expect(record().rejected[bad]).toMatchObject({ by: 'boot' });

    await lifecycle.stop();
    const { lifecycle: next, booted: again } = await prepare({ [bad]: fault }, home);
    await next.start();
    expect(await again()).toBe(newerImage(2));
    expect(next.status).not.toHaveProperty('imageNote');
  },
);

test('an image that has worked is not to blame for a later failure', async () => {
  const version = newerImage(1);
  const faults: Record<string, Fault> = {};
  const { home, lifecycle, record } = await prepare(faults);
  await addDownloadedImage(home, version);
  await lifecycle.start();
  await lifecycle.stop();
  const { lifecycle: unlucky } = await prepare({ [version]: 'kernel' }, home);
  await expect(unlucky.start()).rejects.toMatchObject({ code: 'machine-failed' });
  expect(record().rejected).toEqual({});
});

test.each(['killed', 'accelerator'] as const)(
  'a new image is not to blame for a hypervisor that ends by another fault: %s',
  async (fault) => {
    const { home, lifecycle, machine, record } = await prepare({ [newerImage(1)]: 'kernel' });
    await addDownloadedImage(home, newerImage(1));
    machine.exited = async () => ({ orderly: false, fault, reason: 'it ended early' });
    await expect(lifecycle.start()).rejects.toThrow('it ended early');
    expect(record().rejected).toEqual({});
  },
);

test('new images are not to blame if the VM starts with no image', async () => {
  const faults: Record<string, Fault> = { 'vm-images': 'kernel', carried: 'kernel' };
  const { home, lifecycle, booted, record, seen } = await prepare(faults);
  await addDownloadedImage(home, newerImage(2));
  await addDownloadedImage(home, newerImage(3));
  await expect(lifecycle.start()).rejects.toThrow('Booting Linux failed');
  expect(await booted()).toBe('carried');
  expect(seen.some(({ imageNote }) => imageNote?.includes(newerImage(2)))).toBe(true);
  expect(record().rejected).toEqual({});
  expect(lifecycle.status).not.toHaveProperty('imageNote');
});

test('an older image that cannot read the converted data is not tried', async () => {
  const { home, lifecycle: first } = await prepare();
  await first.start();
  await first.stop();
  await addDownloadedImage(home, newerImage(1), { dataFormat: 2 });
  const { lifecycle, engineSocket, paths, record } = await prepare({}, home);
  engineSocket.lead = () => Promise.reject(new Error('no socket'));
  await expect(lifecycle.start()).rejects.toThrow('no socket');
  expect(await readDataDiskRecord(paths)).toMatchObject({ format: 2, backup: { format: 1 } });
  expect(record().rejected).toEqual({});
});

test('a new image that fails while it changes the data format leaves the data as it was', async () => {
  const { home, lifecycle: first, paths } = await prepare();
  await first.start();
  await writeFile(paths.dataDisk, 'precious', { flag: 'r+' });
  await first.stop();
  await addDownloadedImage(home, newerImage(1), { dataFormat: 2 });
  // Not in step engine, whose deadline is long during an upgrade.
  const { lifecycle, seen } = await prepare({ [newerImage(1)]: 'ssh' }, home);
  let spoilt = false;
  lifecycle.events.on('status', ({ step }) => {
    if (step !== 'ssh' || spoilt) return;
    spoilt = true;
    writeFileSync(paths.dataDisk, 'half new', { flag: 'r+' });
  });
  await lifecycle.start();
  expect(seen.map(({ step }) => step)).toContain('backup');
  expect((await readFile(paths.dataDisk)).subarray(0, 8).toString()).toBe('precious');
  expect((await readDataDiskRecord(paths)).format).toBe(1);
});

test('a new VM whose image fails starts with the older one, whose data format is lower', async () => {
  const { home, lifecycle, paths, booted } = await prepare({ [newerImage(1)]: 'kernel' });
  await addDownloadedImage(home, newerImage(1), { dataFormat: 2 });
  await lifecycle.start();
  expect(await booted()).toBe('carried');
  expect(await readDataDiskRecord(paths)).toEqual({ format: 1, image: 'carried' });
});

test('a suspended VM keeps its image; the next boot has the new one', async () => {
  const { home, lifecycle, booted } = await prepare();
  await lifecycle.start();
  await lifecycle.suspend();
  await addDownloadedImage(home, newerImage(1));
  await lifecycle.start();
  expect(lifecycle.status).not.toHaveProperty('startNote');
  expect(await booted()).toBe('carried');
  await lifecycle.stop();
  await lifecycle.start();
  expect(await booted()).toBe(newerImage(1));
});

test('a suspended VM keeps its image after a rollback, until its next boot', async () => {
  const { home, lifecycle, booted } = await prepare();
  await addDownloadedImage(home, newerImage(1));
  await lifecycle.start();
  await lifecycle.suspend();
  const reason = 'you went back to an older image';
  await rejectImage(vmImagePaths(home, 'amd64'), newerImage(1), { by: 'user', reason });
  await lifecycle.start();
  expect(lifecycle.status).not.toHaveProperty('startNote');
  expect(await booted()).toBe(newerImage(1));
  await lifecycle.stop();
  await lifecycle.start();
  expect(await booted()).toBe('carried');
});

test('a VM that is taken over after an update keeps the record of its image and data', async () => {
  const { home, lifecycle: older, paths, machine } = await prepare();
  await older.start();
  const { pid } = older.status;
  await older.handOver();
  await addDownloadedImage(home, newerImage(1), { dataFormat: 2 });
  const { lifecycle: newer, booted } = await prepare({}, home);
  expect(await newer.adopt()).toBe(true);
  await newer.start();
  expect(newer.status).toMatchObject({ state: 'running', pid });
  expect(newer.status).not.toHaveProperty('handedOverAt');
  // Otherwise, the next boot would change the format without a copy of the disk.
  expect(await readDataDiskRecord(paths)).toMatchObject({ format: 1, image: 'carried' });
  expect(await booted()).toBe('carried');
  await newer.stop();
  await newer.start();
  expect(await booted()).toBe(newerImage(1));
  expect(await readDataDiskRecord(paths)).toMatchObject({
    ...{ format: 2, image: newerImage(1), previousImage: 'carried', backup: { format: 1 } },
  });
  await machine.kill();
});
