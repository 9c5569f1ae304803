import { expect, it } from 'vitest';
import { containerInspectionSchema } from '../engine/container-inspection.ts';
import { updateRequest } from './limits.ts';

const MIB = 1024 * 1024;
const machine = { cpus: 4, memory: 4096 * MIB };

const container = (hostConfig: object) =>
  containerInspectionSchema.parse({
    ...{ Id: 'a', Name: '/a', Image: 'sha256:1', Config: { Image: 'a' } },
    ...{ NetworkSettings: {}, State: { Running: true }, HostConfig: hostConfig },
  });

it('asks for nothing where nothing changes', () => {
  expect(updateRequest(container({}), {}, machine)).toEqual({});
  expect(updateRequest(container({}), { cpus: null, memory: null }, machine)).toEqual({});
});

it('moves the limit of memory and swap together with that of memory', () => {
  const before = container({ Memory: 64 * MIB, MemorySwap: 128 * MIB });
  expect(updateRequest(before, { memory: 256 * MIB }, machine)).toEqual({
    Memory: 256 * MIB,
    MemorySwap: 512 * MIB,
  });
  const unlimited = container({ Memory: 64 * MIB, MemorySwap: -1 });
  expect(updateRequest(unlimited, { memory: 256 * MIB }, machine)).toMatchObject({
    MemorySwap: -1,
  });
});

it('moves a limit that is to go to what the machine has', () => {
  const before = container({ NanoCpus: 5e8, Memory: 64 * MIB, PidsLimit: 10 });
  expect(updateRequest(before, { cpus: null, memory: null, pids: null }, machine)).toEqual({
    ...{ NanoCpus: 4e9, Memory: 4096 * MIB, MemorySwap: 8192 * MIB, PidsLimit: -1 },
  });
});

it('counts retries only where they mean something', () => {
  const restart = { policy: 'always', retries: 3 } as const;
  expect(updateRequest(container({}), { restart }, machine)).toEqual({
    RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
  });
});
