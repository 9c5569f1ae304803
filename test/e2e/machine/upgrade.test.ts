import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findGuestImage, guestArchitecture } from '../../../electron/host/home/resources.ts';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { inGuest } from '../in-guest.ts';

/* A separate VM. Each test continues from the state of the previous one. */
let home: string;
let host: Host;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-'));
  host = createHost({ home });
  await host.settings.update({ cpus: 1, memoryMiB: 1024, diskGiB: 4 });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await host.machine.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

const ssh = (command: string) => inGuest(host, command);

/** This image, changed to convert the data disk's format. With a broken root, it never boots. */
async function newerImage(options: { broken: boolean }): Promise<string> {
  const directory = await mkdtemp(join(home, 'image-'));
  const image = findGuestImage(guestArchitecture());
  const manifest = JSON.parse(await readFile(join(image.root, '..', 'manifest.json'), 'utf8'));
  const newer = { ...manifest, dataFormat: manifest.dataFormat + 1 };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(newer));
  for (const file of Object.values(image)) {
    const place = join(directory, basename(file));
    if (options.broken && file === image.root) await writeFile(place, Buffer.alloc(65_536, 'x'));
    else await symlink(file, place);
  }
  return directory;
}

/** Ends the supervisor too. Otherwise it could serve a start that is meant for the next one. */
async function stopAll(): Promise<void> {
  await host.machine.stop();
  await vi.waitFor(() => expect(existsSync(host.paths.controlSocket)).toBe(false));
}

const marker = '/var/lib/berth/marker';
/** Each test boots a VM several times, on a host that may be busy. */
const patient = { timeout: 600_000 };

test(
  'if an upgrade doesn’t start, the data disk is restored and the old image works again',
  patient,
  async () => {
    await host.machine.start();
    await ssh(`echo precious > ${marker}`);
    await stopAll();
    vi.stubEnv('BERTH_IMAGE_DIR', await newerImage({ broken: true }));
    await expect(host.machine.start()).rejects.toThrow(
      'Berth restored the data disk from before this upgrade',
    );
    vi.unstubAllEnvs();
    await stopAll();
    expect(existsSync(host.paths.dataDiskBackup)).toBe(false);
    await host.machine.start();
    expect(await ssh(`cat ${marker}`)).toBe('precious');
    await stopAll();
  },
);

test(
  'an upgrade that starts keeps a copy, and the old image then rejects the disk',
  patient,
  async () => {
    vi.stubEnv('BERTH_IMAGE_DIR', await newerImage({ broken: false }));
    await host.machine.start();
    expect(await ssh(`cat ${marker}`)).toBe('precious');
    await stopAll();
    vi.unstubAllEnvs();
    const { size, blocks } = await stat(host.paths.dataDiskBackup);
    expect(blocks * 512).toBeLessThan(size / 4);
    const before = await stat(host.paths.dataDisk);
    await expect(host.machine.start()).rejects.toMatchObject({
      message: expect.stringContaining('from a newer version of Berth'),
      hint: expect.stringContaining(host.paths.dataDiskBackup),
    });
    expect((await stat(host.paths.dataDisk)).mtimeMs).toBe(before.mtimeMs);
  },
);
