import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { isAlive } from '../../../electron/host/process.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';

/** A machine of its own: the one that the run shares must not fall asleep. */
let home: string;
let host: Host;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-'));
  host = createHost({ home });
  await host.settings.update({ cpus: 1, memoryMiB: 1024, diskGiB: 4, idleStopMinutes: 0.05 });
});

afterAll(async () => {
  await host.machine.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

test('a machine that nobody needs stops, and `docker ps` waits until it is up again', async () => {
  const { pid = 0 } = await host.machine.start();
  const asleep = async () => expect(await host.machine.status()).toMatchObject({ asleep: true });
  await vi.waitFor(asleep, { timeout: 60_000, interval: 500 });
  expect(isAlive(pid)).toBe(false);
  await host.settings.update({ idleStopMinutes: 0 });

  const docker = await DockerClient.open(host.machine.engineSocket, home);
  expect(await docker.output('ps', '--format', '{{.ID}}')).toBe('');
  expect(await host.machine.status()).toMatchObject({ state: 'running' });
});

test('the disk’s file shrinks when what filled it is removed', async () => {
  const docker = await DockerClient.open(host.machine.engineSocket, home);
  const disk = join(home, 'machines/default/data.img');
  const megabytes = async () => ((await stat(disk)).blocks * 512) / 1024 ** 2;
  const before = await megabytes();
  const fill = 'dd if=/dev/urandom of=/big bs=1M count=200 2>/dev/null && sync';
  await docker.output('run', '--name', 'filler', 'busybox', 'sh', '-c', fill);
  expect(await megabytes()).toBeGreaterThan(before + 190);
  await docker.output('rm', 'filler');
  const shrunk = async () => expect(await megabytes()).toBeLessThan(before + 40);
  await vi.waitFor(shrunk, { timeout: 60_000, interval: 1000 });
});
