import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '../../../electron/host/base/process.ts';
import { machinePaths } from '../../../electron/host/home/paths.ts';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { supervisorPid } from '../../../electron/host/machine/program.ts';
import { openGeneration } from '../../fixtures/client-generations.ts';
import type { DockerClient } from '../../fixtures/docker-client.ts';
import { inGuest } from '../in-guest.ts';

/** A separate VM, because the VM that all tests share must not fall asleep. */
let home: string;
let host: Host;
let docker: DockerClient;

/** Longer than a VM that nobody uses stays awake in these tests. */
const LONG_IDLE_MS = 45_000;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-'));
  host = createHost({ home });
  await host.settings.update({ cpus: 2, memoryMiB: 1024, diskGiB: 8 });
  const client = join(home, 'client');
  ({ docker } = await openGeneration('buildx 0.29', client, host.machine.engineSocket));
  await host.machine.start();
});

afterAll(async () => {
  await host.machine.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

/** Writes a build context, and returns its directory. */
async function context(name: string, files: Record<string, string>): Promise<string> {
  const directory = join(home, name);
  await mkdir(directory);
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
  return directory;
}

const setIdle = (idleStopMinutes: number) => host.settings.update({ idleStopMinutes });

async function fallAsleep(): Promise<void> {
  await setIdle(0.05);
  const asleep = async () => expect(await host.machine.status()).toMatchObject({ asleep: true });
  await vi.waitFor(asleep, { timeout: 120_000, interval: 500 });
}

test('a build of any client wakes a VM that sleeps', { timeout: 900_000 }, async () => {
  const Dockerfile = 'FROM busybox\nCOPY word /word\nCMD ["cat", "/word"]\n';
  const app = await context('app', {
    ...{ Dockerfile, word: 'woken' },
    'compose.yaml': 'services: {app: {build: ., image: "built:compose"}}\n',
  });
  const compose = ['compose', '-f', join(app, 'compose.yaml')];
  for (const [words, image] of [
    [['build', '-t', 'built:docker', app], 'built:docker'],
    [['buildx', 'build', '-t', 'built:buildx', '--load', app], 'built:buildx'],
    [[...compose, 'up', '--build', '--no-log-prefix'], 'built:compose'],
  ] as const) {
    await fallAsleep();
    const { exitCode, stderr } = await docker.run(words);
    expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
    await setIdle(0);
    expect(await docker.output('run', '--rm', image)).toBe('woken');
  }
  await docker.output(...compose, 'down');
});

test('a VM stays awake while a client’s request is under way, without any container', async () => {
  const { pid = 0 } = await host.machine.start();
  const uploaded = docker.spawn('build', '-q', '-');
  // A registry that doesn't answer, until its connections are closed.
  const registry = createServer().listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const address = registry.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const pull = docker.run(['pull', `10.0.2.2:${port}/slow`]);
  const [pulling] = (await once(registry, 'connection')) as [import('node:net').Socket];
  await setIdle(0.05);
  await sleep(LONG_IDLE_MS);
  expect(await host.machine.status()).toMatchObject({ state: 'running', pid });
  // Now only the build, whose client still waits for its own input.
  pulling.destroy();
  registry.close();
  expect((await pull).exitCode).not.toBe(0);
  await sleep(LONG_IDLE_MS);
  expect(await host.machine.status()).toMatchObject({ state: 'running', pid });
  expect(isAlive(pid)).toBe(true);
  uploaded.stdin.end('FROM busybox\n');
  expect(await once(uploaded, 'exit')).toEqual([0, null]);
  await setIdle(0);
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  'a step ends in the VM as soon as its client gets %s',
  async (signal) => {
    await host.machine.start();
    const directory = await context(`ends-${signal}`, {
      Dockerfile: 'FROM busybox\nRUN echo begun; sleep 1234\n',
    });
    const client = docker.spawn('build', '--progress=plain', directory);
    let printed = '';
    client.stderr.on('data', (chunk) => {
      printed += chunk;
    });
    await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/\d begun$/m);
    const running = () => inGuest(host, 'pgrep -f "sleep 123[4]" || true');
    expect(await running()).not.toBe('');
    if (signal === 'SIGINT') client.kill(signal);
    else for (const pid of await family(client.pid ?? 0)) process.kill(pid, signal);
    await expect.poll(running, { timeout: 10_000 }).toBe('');
    expect(await docker.output('ps', '--all', '--quiet')).toBe('');
  },
);

test('a large context passes through without filling memory', { timeout: 900_000 }, async () => {
  await host.machine.start();
  const directory = await context('large', {
    Dockerfile: 'FROM busybox\nCOPY . /all\nRUN sha256sum /all/499 | cut -c1-64\n',
  });
  for (let file = 0; file < 500; file++) {
    const text = Buffer.alloc(1 << 20, `${file} `);
    await writeFile(join(directory, String(file)), text);
  }
  const supervisor = await supervisorPid(machinePaths(home, 'default'), 'default');
  const agent = Number(await inGuest(host, 'cat /run/berth/agent.pid'));
  const hostMegabytes = async () => residentMegabytes(await readFile(`/proc/${supervisor}/status`));
  const guestMegabytes = async () =>
    residentMegabytes(await inGuest(host, `cat /proc/${agent}/status`));
  const before = { host: await hostMegabytes(), guest: await guestMegabytes() };
  const peak = { ...before };
  const building = docker.run(['build', '-q', directory]);
  let over = false;
  const built = building.finally(() => {
    over = true;
  });
  while (!over) {
    peak.host = Math.max(peak.host, await hostMegabytes());
    peak.guest = Math.max(peak.guest, await guestMegabytes());
    await sleep(500);
  }
  const { exitCode, stderr } = await built;
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  console.log('memory in megabytes', { before, peak });
  expect(peak.host - before.host).toBeLessThan(150);
  expect(peak.guest - before.guest).toBeLessThan(150);
});

function residentMegabytes(status: string | Buffer): number {
  const [, kilobytes = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(String(status)) ?? [];
  return Number(kilobytes) / 1024;
}

/** A process and those that it started, so that no plugin lives on. */
async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(family));
  return [pid, ...below.flat()];
}
