import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isAlive, runProgram } from '../../../electron/host/base/process.ts';
import { findGuestImage, guestArchitecture } from '../../../electron/host/home/resources.ts';
import { createHost } from '../../../electron/host/host.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import { inGuest } from '../in-guest.ts';

/*
 * A separate VM, beside the VM that all tests share. Each test continues from the state of the
 * previous one, because a boot takes ten seconds and more in emulation.
 */
let home: string;
let host: ReturnType<typeof createHost>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-'));
  host = createHost({ home });
  await host.settings.update({ cpus: 1, memoryMiB: 1024, diskGiB: 4 });
});

afterAll(async () => {
  await host.machine.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

const ssh = (command: string) => inGuest(host, command);

/** Calls a method of MachineControl in another process, and returns its result. */
async function elsewhere(method: 'start' | 'status'): Promise<{ pid: number; state: string }> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../electron/host/host.ts'));
  const program = `
    const { createHost } = await import(${module});
    console.log(JSON.stringify(await createHost().machine.${method}()));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, BERTH_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output);
}

/** Process IDs of all matching processes of this VM. */
async function processes(pattern: RegExp): Promise<number[]> {
  const { stdout } = await runProgram('ps', ['-ww', '-eo', 'pid=,args=']);
  const lines = stdout.split('\n').filter((line) => pattern.test(line) && line.includes(home));
  return lines.map((line) => Number.parseInt(line, 10));
}

const marker = '/var/lib/berth/marker';

test('two processes that start the VM at the same time start only one', async () => {
  const [one, two] = await Promise.all([elsewhere('start'), elsewhere('start')]);
  expect(one.state).toBe('running');
  expect(two.pid).toBe(one.pid);
  expect(await processes(/qemu-system/)).toEqual([one.pid]);
  // Both starters have exited. The VM keeps running, and others find it.
  expect(await elsewhere('status')).toMatchObject({ state: 'running', pid: one.pid });
  expect(await host.engine.json('GET', '/version')).toMatchObject({ Os: 'linux' });
});

test('ssh gives a shell in the guest, with the pinned host key', async () => {
  expect(await ssh('hostname; id -u')).toBe('berth-default\n0');
  await ssh(`echo precious > ${marker} && sync`);
});

test('disk, memory and processors change while a container runs', async () => {
  const { pid } = await host.machine.status();
  const docker = await DockerClient.open(host.machine.engineSocket, home);
  const write =
    'while :; do dd if=/dev/urandom of=/data/block bs=1M count=4 && sync && echo pass >>/data/log; done';
  await docker.output('run', '-d', '--name', 'writer', '-v', '/data', 'busybox', 'sh', '-c', write);
  const inWriter = (script: string) => docker.output('exec', 'writer', 'sh', '-c', script);
  const megabytes = async () => Number(await inWriter("df -m /data | awk 'END { print $2 }'"));
  expect(await megabytes()).toBeLessThan(4096);

  const chosen = { cpus: availableParallelism() > 1 ? 2 : 1, memoryMiB: 768, diskGiB: 6 };
  await host.settings.update(chosen);
  const adjusted = async () =>
    expect(await host.machine.status()).toMatchObject({ ...chosen, pid });
  await vi.waitFor(adjusted, { timeout: 30_000, interval: 250 });
  expect(await megabytes()).toBeGreaterThan(5 * 1024);
  expect(await inWriter('nproc')).toBe(String(chosen.cpus));
  expect(Number(await ssh("awk '/MemTotal/ { print $2 }' /proc/meminfo"))).toBeLessThan(768 * 1024);

  await host.settings.update({ cpus: 1, memoryMiB: 1024 });
  const back = async () =>
    expect(await host.machine.status()).toMatchObject({ cpus: 1, memoryMiB: 1024, pid });
  await vi.waitFor(back, { timeout: 30_000, interval: 250 });
  expect(await inWriter('nproc')).toBe('1');
  // It was writing all the time.
  const passes = async () => Number(await inWriter('wc -l </data/log'));
  const before = await passes();
  await vi.waitFor(async () => expect(await passes()).toBeGreaterThan(before), 30_000);
  await docker.output('rm', '--force', '--volumes', 'writer');
});

test('a killed supervisor is replaced, and the VM keeps running', async () => {
  const { pid } = await host.machine.status();
  const { stdout } = await runProgram('sh', [
    '-c',
    `grep -lzx 'BERTH_HOME=${home}' /proc/[0-9]*/environ | cut -d/ -f3`,
  ]);
  const supervisors = stdout
    .split('\n')
    .map(Number)
    .filter((each) => each > 0 && each !== pid);
  expect(supervisors).toHaveLength(1);
  for (const supervisor of supervisors) process.kill(supervisor, 'SIGKILL');
  await vi.waitFor(async () => expect((await host.machine.status()).state).toBe('failed'));
  expect(await host.machine.start()).toMatchObject({ state: 'running', pid });
  expect(await ssh(`cat ${marker}`)).toBe('precious');
});

test('stop shuts the guest down cleanly, and a start finds its data', async () => {
  const { pid } = await host.machine.status();
  await host.machine.stop();
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await host.machine.status()).toMatchObject({ state: 'stopped' });
  expect(await host.machine.consoleLines(20)).toContain('berth: data disk unmounted');
  await host.machine.start();
  expect(await ssh(`cat ${marker}`)).toBe('precious');
});

test('a crash is detected and reported, and a start brings the VM back with its data', async () => {
  const { pid } = await host.machine.status();
  process.kill(pid ?? 0, 'SIGKILL');
  await vi.waitFor(async () =>
    expect(await host.machine.status()).toMatchObject({
      state: 'failed',
      failure: {
        message: expect.stringContaining('crashed'),
        hint: expect.any(String),
        console: expect.arrayContaining(['berth: sshd']),
      },
    }),
  );
  await host.machine.start();
  expect(await ssh(`cat ${marker}`)).toBe('precious');
  await host.machine.kill();
});

test.each([
  ['kernel', 'launch', 'kernel'],
  ['root.erofs', 'ssh', 'cannot mount'],
])('a start with a broken %s fails in step %s and says why', async (file, step, reason) => {
  const images = await mkdtemp(join(home, 'image-'));
  const { kernel, initrd, root } = findGuestImage(guestArchitecture());
  for (const whole of [kernel, initrd, root]) {
    const name = whole.split('/').at(-1) ?? '';
    if (name === file) await writeFile(join(images, name), Buffer.alloc(64 * 1024, 'x'));
    else await symlink(whole, join(images, name));
  }
  vi.stubEnv('BERTH_IMAGE_DIR', images);
  try {
    await expect(host.machine.start()).rejects.toMatchObject({
      code: 'machine-failed',
      message: expect.stringContaining(`step ${step}`),
      hint: expect.any(String),
    });
  } finally {
    vi.unstubAllEnvs();
  }
  const { state, failure } = await host.machine.status();
  expect(state).toBe('failed');
  expect([failure?.message, ...(failure?.console ?? [])].join('\n')).toContain(reason);
  expect(await processes(/qemu-system/)).toEqual([]);
});
