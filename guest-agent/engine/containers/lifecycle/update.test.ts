import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { hostConfigSchema } from '../request/config.ts';
import {
  updateContainer,
  updatedHostConfig,
  updateRequestSchema,
  withoutDiskLimits,
} from './update.ts';

const MiB = 1024 * 1024;
const request = (fields: object) => updateRequestSchema.parse(fields);
const update = (host: object, fields: object) =>
  updatedHostConfig(hostConfigSchema.parse(host), request(fields), 'ID');

describe('updatedHostConfig', () => {
  it('changes the given settings and keeps the others', () => {
    const host = { Memory: 64 * MiB, CpuShares: 512, PidsLimit: 10 };
    expect(update(host, { Memory: 100 * MiB, NanoCpus: 5e8 })).toMatchObject({
      Memory: 100 * MiB,
      // Docker's default when the container is created: as much swap as memory.
      MemorySwap: 128 * MiB,
      CpuShares: 512,
      NanoCpus: 5e8,
      PidsLimit: 10,
      RestartPolicy: { Name: 'no' },
    });
    expect(update(host, { PidsLimit: -1 }).PidsLimit).toBe(-1);
    expect(update(host, { RestartPolicy: { Name: '' } }).RestartPolicy.Name).toBe('no');
    expect(update(host, { RestartPolicy: { Name: 'always' } }).RestartPolicy.Name).toBe('always');
  });

  it('replaces the limits of disks that are given, and keeps the others', () => {
    const host = {
      BlkioDeviceReadBps: [{ Path: '/dev/a', Rate: 1000 }],
      BlkioDeviceWriteIOps: [{ Path: '/dev/a', Rate: 10 }],
    };
    const changes = { BlkioDeviceReadBps: [], BlkioWeightDevice: null };
    expect(update(host, changes)).toMatchObject({ ...host, BlkioDeviceReadBps: [] });
    expect(
      updatedHostConfig(hostConfigSchema.parse(host), withoutDiskLimits(request(changes)), 'ID'),
    ).toMatchObject(host);
  });

  it('rejects settings that conflict with current ones', () => {
    expect(() => update({ Memory: 64 * MiB }, { Memory: 200 * MiB })).toThrow(
      'Cannot update container ID: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
    expect(() => update({ NanoCpus: 1e9 }, { CpuQuota: 50_000 })).toThrow(
      'CPU Quota cannot be updated as NanoCPUs has already been set',
    );
    expect(() => update({ CpuPeriod: 50_000 }, { NanoCpus: 1e9 })).toThrow(
      'Nano CPUs cannot be updated as CPU Period has already been set',
    );
    expect(() => update({ AutoRemove: true }, { RestartPolicy: { Name: 'always' } })).toThrow(
      'AutoRemove is enabled',
    );
  });
});

describe('updateContainer', () => {
  let directory: string;
  let engine: Engine;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'update-'));
    engine = await testEngine(directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('keeps the new settings of a stopped container, and sends an event', async () => {
    const container = await engine.containers.add(testRecord());
    const warnings = await updateContainer(engine, container, request({ KernelMemory: MiB }));
    expect(warnings).toEqual([expect.stringContaining('Limitation discarded')]);
    await updateContainer(engine, container, request({ Memory: 64 * MiB }));
    expect(container.record.hostConfig.Memory).toBe(64 * MiB);
    expect(engine.events.past().map(({ action }) => action)).toEqual(['update', 'update']);
  });

  it('rejects a limit for a disk that doesn’t exist', async () => {
    const container = await engine.containers.add(testRecord());
    const asked = request({ CpuShares: 5, BlkioDeviceReadBps: [{ Path: '/dev/none', Rate: 1 }] });
    await expect(updateContainer(engine, container, asked)).rejects.toMatchObject({
      code: 'invalid',
      message: 'no such block device in the VM: /dev/none',
    });
    expect(container.record.hostConfig.CpuShares).toBe(0);
  });

  it('changes nothing when the request isn’t valid', async () => {
    const container = await engine.containers.add(testRecord());
    const asked = request({ Memory: MiB, CpuShares: 5 });
    await expect(updateContainer(engine, container, asked)).rejects.toMatchObject({
      code: 'invalid',
      message: 'Minimum memory limit allowed is 6MB',
    });
    expect(container.record.hostConfig.CpuShares).toBe(0);
    expect(engine.events.past()).toEqual([]);
  });
});
