import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '../../../electron/host/base/process.ts';
import { machineUsage } from '../../../electron/host/engine/machine-usage.ts';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { freePort } from '../../../electron/host/ports/free-port.ts';
import { openGeneration } from '../../fixtures/client-generations.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';

/** A separate VM, because the VM that all tests share must not fall asleep. */
let home: string;
let host: Host;
/** A shared folder around the home, as the user's home directory is. */
let around: string;

beforeAll(async () => {
  around = await mkdtemp(join(tmpdir(), 'berth-'));
  home = join(around, 'berth');
  vi.stubEnv('BERTH_HOME', home);
  host = createHost({ home });
  const sharedFolders = [{ path: around, readOnly: false }];
  const sizes = { cpus: 1, memoryMiB: 1024, diskGiB: 4 };
  await host.settings.update({
    ...{ ...sizes, sharedFolders, idleStopMinutes: 0.2 },
    hostAccess: 'none',
  });
});

afterAll(async () => {
  await host.machine.kill();
  vi.unstubAllEnvs();
  await rm(around, { recursive: true, force: true, maxRetries: 10 });
});

/** Longer than a VM that nobody uses stays awake here: it is looked at every ten seconds. */
const LONG_IDLE_SECONDS = 30;
/** Several minutes on a busy host that emulates the VM. */
const patient = { timeout: 600_000 };

test(
  'a VM doesn’t stop during a build, only when idle, and the next build waits until it is running again',
  patient,
  async () => {
    await host.machine.start();
    const client = await mkdtemp(join(home, 'client-'));
    const { docker } = await openGeneration('buildx 0.29', client, host.machine.engineSocket);
    const contextOf = async (...lines: string[]) => {
      const context = await mkdtemp(join(client, 'context-'));
      await writeFile(join(context, 'Dockerfile'), ['FROM busybox', ...lines].join('\n'));
      return context;
    };
    const slow = await contextOf(`RUN echo begun; sleep ${LONG_IDLE_SECONDS}`);
    const building = docker.spawn('build', '--progress=plain', slow);
    const built = once(building, 'close');
    let printed = '';
    building.stderr.on('data', (chunk) => {
      printed += chunk;
    });
    // The VM may have stopped before, and may have been started by the build.
    await vi.waitFor(() => expect(printed).toMatch(/\d begun$/m), { timeout: 180_000 });
    const { pid = 0 } = await host.machine.status();
    // During the build, because the VM may stop soon after it.
    const usage = machineUsage(host.engine, new AbortController().signal);
    const { value: used } = await usage.next();
    expect(used?.memoryTotal).toBeGreaterThan(used?.memory ?? Number.POSITIVE_INFINITY);
    expect(used?.diskTotal).toBeGreaterThan(used?.disk ?? Number.POSITIVE_INFINITY);
    expect(await built).toEqual([0, null]);
    expect(await host.machine.status()).toMatchObject({ state: 'running', pid });

    // An open Machine page reads on, and doesn't keep the machine up.
    const reading = (async () => {
      for await (const _ of usage);
    })();
    const cutOff = expect(reading).rejects.toThrow();
    const asleep = async () => expect(await host.machine.status()).toMatchObject({ asleep: true });
    await vi.waitFor(asleep, { timeout: 300_000, interval: 500 });
    expect(isAlive(pid)).toBe(false);
    await cutOff;
    await host.settings.update({ idleStopMinutes: 0 });

    const quick = await contextOf('RUN echo woken >/word', 'CMD ["cat", "/word"]');
    const image = await docker.output('build', '--quiet', quick);
    expect(await docker.output('run', '--rm', image)).toBe('woken');
    expect(await host.machine.status()).toMatchObject({ state: 'running' });
  },
);

test(
  'a container that mounts the folder around Berth’s own files sees all but those',
  patient,
  async () => {
    const docker = await DockerClient.open(host.machine.engineSocket, around);
    await mkdir(join(around, 'work'));
    await writeFile(join(around, 'work/file'), 'mine');
    await symlink('../berth', join(around, 'work/link'));
    const inContainer = (source: string, script: string) =>
      docker.output(
        'run',
        '--rm',
        '-v',
        `${source}:/w`,
        'busybox',
        'sh',
        '-c',
        `${script} 2>&1; :`,
      );
    const key = 'machines/default/ssh-key';
    expect(
      await inContainer(
        around,
        `cat /w/work/file; ls /w; cat /w/berth/${key} /w/work/link/${key}; mv /w/berth /w/x`,
      ),
    ).not.toMatch(/PRIVATE KEY|^berth$/m);
    expect(await inContainer(around, 'cat /w/work/file; mount | grep " /w "')).toMatch(
      /^mine.*fuse\.sshfs/,
    );
    // Most folders have nothing to hide, so they come the fast way.
    expect(await inContainer(join(around, 'work'), 'cat /w/file; mount | grep " /w "')).toMatch(
      /^mine.* type 9p/,
    );
    for (const source of [home, join(home, key), join(around, 'work/link')]) {
      await expect(inContainer(source, 'ls /w')).rejects.toThrow('is for keys or passwords');
    }
    expect(await stat(join(home, key))).toMatchObject({ size: expect.any(Number) });
  },
);

test('with `hostAccess: none`, the host refuses containers, and published ports work', async () => {
  const docker = await DockerClient.open(host.machine.engineSocket, around);
  const server = createServer((socket) => socket.end('REACHED')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = (name: string) =>
    docker.output('run', '--rm', 'busybox', 'sh', '-c', `nc -w 5 ${name} ${port} 2>&1; :`);
  expect(await ask('host.docker.internal')).toContain('refused');
  expect(await ask('10.0.2.2')).toContain('refused');
  server.close();
  const published = await freePort();
  const serve = 'mkdir /w && echo page >/w/index.html && httpd -f -h /w';
  const id = await docker.output(
    ...['run', '-d', '-p', `127.0.0.1:${published}:80`, 'busybox', 'sh', '-c', serve],
  );
  await vi.waitFor(
    async () => expect(await (await fetch(`http://127.0.0.1:${published}`)).text()).toBe('page\n'),
    20_000,
  );
  await docker.output('rm', '-f', id);
});

test('the disk’s file shrinks when files are removed', async () => {
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

test('a VM is suspended and resumes with everything that ran in it', async () => {
  await host.settings.update({ idleStopMinutes: 0 });
  await host.machine.start();
  const docker = await DockerClient.open(host.machine.engineSocket, home);
  const busybox = (name: string, script: string, ...flags: string[]) =>
    docker.output('run', '-d', '--name', name, ...flags, 'busybox', 'sh', '-c', script);
  await docker.output('network', 'create', 'pair');
  // A single connection, without reconnecting. The counter is only in memory.
  const count = 'i=0; while :; do i=$((i+1)); echo $i; sleep 1; done';
  const id = await busybox('reader', 'nc -l -p 9000', '-i', '--network', 'pair');
  const listens = () => docker.output('exec', 'reader', 'sh', '-c', 'netstat -ltn | grep :9000');
  await vi.waitFor(listens, { timeout: 20_000, interval: 500 });
  await busybox('counter', `(${count}) | nc reader 9000`, '--network', 'pair');
  const port = await freePort();
  const page = 'mkdir /w && echo page > /w/index.html && httpd -f -p 80 -h /w';
  await busybox('web', page, '-p', `127.0.0.1:${port}:80`);
  const fetchPage = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  const counted = async () => Number((await docker.output('logs', 'reader')).split('\n').at(-1));
  const identity = () => docker.output('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', 'reader');
  await vi.waitFor(async () => expect(await counted()).toBeGreaterThan(1), 20_000);
  await vi.waitFor(async () => expect(await fetchPage()).toBe('page\n'), 20_000);
  const before = { counted: await counted(), identity: await identity() };

  await busybox('user', 'sleep 1000', '-v', `${around}:/home`);
  await expect(host.machine.suspend()).rejects.toThrow('Stop these containers first: user');
  await docker.output('rm', '-f', 'user');
  const { pid = 0 } = await host.machine.status();
  await host.machine.suspend();
  expect(await host.machine.status()).toMatchObject({ state: 'suspended' });
  expect(isAlive(pid)).toBe(false);
  await expect(fetchPage()).rejects.toThrow();

  const resumed = await host.machine.start();
  expect(resumed).not.toHaveProperty('startNote');
  const asked = Date.now();
  const now = Number(await docker.output('exec', 'web', 'date', '+%s')) * 1000;
  expect(now).toBeGreaterThan(asked - 2000);
  expect(now).toBeLessThan(Date.now() + 1000);
  expect(await identity()).toBe(before.identity);
  expect(before.identity).toContain(id);
  await host.machine.publishedPorts();
  expect(await fetchPage()).toBe('page\n');
  const goesOn = async () => expect(await counted()).toBeGreaterThan(before.counted + 2);
  await vi.waitFor(goesOn, { timeout: 20_000, interval: 500 });
  const lines = (await docker.output('logs', 'reader')).split('\n').map(Number);
  expect(lines).toEqual(lines.map((_, index) => index + 1));
  // Both ways to share folders work again.
  const list = (folder: string) =>
    docker.output('run', '--rm', '-v', `${folder}:/w`, 'busybox', 'ls', '/w');
  expect(await list(join(around, 'work'))).toContain('file');
  expect(await list(around)).toContain('work');
});
