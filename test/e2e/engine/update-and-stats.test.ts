import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { berth, output } from '../berth.ts';
import { removeContainers } from './shared-machine.ts';

afterAll(removeContainers);

/** A file of the container's own cgroup. */
const cgroup = (file: string) => output('exec', 'worker', 'cat', `/sys/fs/cgroup/${file}`);

beforeAll(async () => {
  const limits = ['--memory', '64m', '--memory-swap', '64m', '--pids-limit', '50'];
  // Uses some memory and some processor time.
  const work = 'dd if=/dev/zero of=/dev/shm/held bs=1M count=8; while :; do :; done';
  await output('run', '--detach', '--name', 'worker', ...limits, 'busybox', 'sh', '-c', work);
});

test('new limits take effect immediately, and stay', async () => {
  await output(
    ...['update', '--memory', '96m', '--memory-swap', '128m', '--memory-reservation', '32m'],
    ...['--cpus', '0.5', '--cpu-shares', '512', '--pids-limit', '-1', '--restart', 'always'],
    'worker',
  );
  expect(await cgroup('memory.max')).toBe(String(96 * 1024 * 1024));
  expect(await cgroup('memory.swap.max')).toBe(String(32 * 1024 * 1024));
  expect(await cgroup('memory.low')).toBe(String(32 * 1024 * 1024));
  expect(await cgroup('cpu.max')).toBe('50000 100000');
  expect(await cgroup('pids.max')).toBe('max');
  const kept = '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}';
  expect(await output('inspect', '--format', kept, 'worker')).toBe('100663296 500000000 always');
});

test('invalid limits are rejected and change nothing', async () => {
  const refused = await berth(['update', '--memory', '1m', '--cpus', '0.25', 'worker']);
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: 'berth: Minimum memory limit allowed is 6MB\n',
  });
  expect(await cgroup('cpu.max')).toBe('50000 100000');
});

test('the limits of a disk are replaced and removed, since API 1.55', async () => {
  const disk = '/dev/vdb';
  const update = async (version: string, limits: object) => {
    const call = request({
      socketPath: inject('engineSocket'),
      method: 'POST',
      path: `/v${version}/containers/worker/update`,
      headers: { 'content-type': 'application/json' },
    }).end(JSON.stringify(limits));
    const [response]: IncomingMessage[] = await once(call, 'response');
    if (!response) throw new Error('an answer');
    return { status: response.statusCode, body: await text(response) };
  };
  const read = { BlkioDeviceReadBps: [{ Path: disk, Rate: 4_000_000 }] };
  const write = { BlkioDeviceWriteIOps: [{ Path: disk, Rate: 50 }] };
  expect(await update('1.54', read)).toMatchObject({ status: 200 });
  expect(await cgroup('io.max')).toBe('');
  expect(await update('1.55', { ...read, ...write })).toMatchObject({ status: 200 });
  expect(await cgroup('io.max')).toMatch(/^\d+:\d+ rbps=4000000 wbps=max riops=max wiops=50$/);
  expect(await update('1.55', { BlkioDeviceReadBps: [] })).toMatchObject({ status: 200 });
  expect(await cgroup('io.max')).toMatch(/^\d+:\d+ rbps=max wbps=max riops=max wiops=50$/);
  const kept = '{{json .HostConfig.BlkioDeviceReadBps}} {{json .HostConfig.BlkioDeviceWriteIOps}}';
  expect(await output('inspect', '--format', kept, 'worker')).toBe(
    `[] [{"Path":"${disk}","Rate":50}]`,
  );
  expect(await update('1.55', { BlkioDeviceWriteIOps: [] })).toMatchObject({ status: 200 });
  expect(await cgroup('io.max')).toBe('');
  expect(await cgroup('cpu.max')).toBe('50000 100000');
});

test('stats shows what a container uses', async () => {
  const rows = await output('stats', '--no-stream', '--format', 'json', 'worker');
  const { CPUPerc, MemUsage, PIDs } = JSON.parse(rows);
  expect(Number.parseFloat(CPUPerc)).toBeGreaterThan(10);
  expect(Number.parseFloat(CPUPerc)).toBeLessThan(75);
  const [, used, limit] = /^([\d.]+)MiB \/ ([\d.]+)MiB$/.exec(MemUsage) ?? [];
  expect(Number(used)).toBeGreaterThan(8);
  expect(Number(limit)).toBe(96);
  expect(Number(PIDs)).toBeGreaterThanOrEqual(1);
});
