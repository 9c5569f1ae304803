import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HeldNamespace } from '../../../network/held-namespace.ts';
import { fakeNetworkDriver } from '../../../testing/fake-engine/fake-network-driver.ts';
import type { Engine } from '../../engine.ts';
import { Networks } from '../../networks/networks.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { RunNetworks } from './run-networks.ts';

let directory: string;
let engine: Engine;
let opened: (HeldNamespace & { used: boolean; closed: boolean })[];
let failure: Error | undefined;
let said: unknown[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-run-'));
  opened = [];
  failure = undefined;
  said = [];
  const driver = {
    ...fakeNetworkDriver,
    holdNamespace: async () => {
      const namespace = {
        ...{ path: `/namespace/${opened.length}`, used: false, closed: false },
        isUnused: async () => !namespace.used,
        close: async () => {
          namespace.closed = true;
        },
      };
      opened.push(namespace);
      return namespace;
    },
    setup: async () => {
      if (failure !== undefined) throw failure;
    },
  };
  const base = await testEngine(directory);
  const networks = new Networks(base.directories.networkRecords, driver, base.damage);
  engine = { ...base, networks, log: (...words) => said.push(words) };
});
afterEach(() => rm(directory, { recursive: true }));

const members = () => engine.networks.membersOf(engine.networks.get('bridge')).length;
const run = (host: object = {}, config: object = {}): ContainerRecord =>
  testRecord({}, { NetworkMode: 'bridge', ...host }, config);

it('gives a namespace to one run after the other, and another to runs at the same time', async () => {
  const networks = new RunNetworks();
  const first = await networks.connect(engine, run());
  const second = await networks.connect(engine, run());
  expect(second.namespace).not.toBe(first.namespace);
  expect(second.endpoints.bridge?.address).not.toBe(first.endpoints.bridge?.address);
  await first.release();
  const third = await networks.connect(engine, run());
  expect(third).toMatchObject({ namespace: first.namespace, endpoints: first.endpoints });
  expect(opened).toHaveLength(2);
});

it('gives no run a namespace in which sockets of another run are left', async () => {
  const networks = new RunNetworks();
  await (await networks.connect(engine, run())).release();
  const [left] = opened;
  if (left !== undefined) left.used = true;
  const next = await networks.connect(engine, run());
  expect(next.namespace).not.toBe(left?.path);
  await next.release();
  if (left !== undefined) left.used = false;
  await networks.connect(engine, run());
  await networks.connect(engine, run());
  expect(opened).toHaveLength(2);
});

it('gives runs namespaces of their own that could change them', async () => {
  const networks = new RunNetworks();
  await (await networks.connect(engine, run())).release();
  for (const record of [
    run({ Privileged: true }),
    run({ CapAdd: ['NET_ADMIN'] }),
    run({ SecurityOpt: ['systempaths=unconfined'] }),
    run({ Sysctls: { 'net.ipv4.ip_forward': '1' } }),
    run({ NetworkMode: 'none' }),
  ]) {
    const alone = await networks.connect(engine, record);
    expect(alone.namespace).toBe(engine.directories.networkNamespace(record.id));
    await alone.release();
  }
  expect(opened).toHaveLength(1);
});

it('closes a namespace that no run uses for a while, and releases its address', async () => {
  vi.useFakeTimers();
  try {
    const networks = new RunNetworks({ count: 2, milliseconds: 1000 });
    const taken = await networks.connect(engine, run());
    await taken.release();
    await vi.advanceTimersByTimeAsync(900);
    const again = await networks.connect(engine, run());
    await vi.advanceTimersByTimeAsync(5000);
    expect(opened[0]?.closed).toBe(false);
    await again.release();
    await vi.advanceTimersByTimeAsync(1100);
  } finally {
    vi.useRealTimers();
  }
  await vi.waitFor(() => expect(members()).toBe(0));
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
  expect(said).toEqual([]);
});

it('closes a namespace that was still in use when a run looked for one', async () => {
  vi.useFakeTimers();
  try {
    const networks = new RunNetworks({ count: 2, milliseconds: 1000 });
    await (await networks.connect(engine, run())).release();
    const looked = Promise.withResolvers<void>();
    const [left] = opened;
    if (left !== undefined) left.isUnused = () => looked.promise.then(() => false);
    const next = networks.connect(engine, run());
    await vi.advanceTimersByTimeAsync(5000);
    looked.resolve();
    await (await next).release();
    await vi.advanceTimersByTimeAsync(5000);
  } finally {
    vi.useRealTimers();
  }
  await vi.waitFor(() => expect(opened.map(({ closed }) => closed)).toEqual([true, true]));
  expect(members()).toBe(0);
});

it('keeps only some namespaces', async () => {
  const networks = new RunNetworks({ count: 1, milliseconds: 60_000 });
  const two = [await networks.connect(engine, run()), await networks.connect(engine, run())];
  for (const each of two) await each.release();
  expect(opened.map(({ closed }) => closed)).toEqual([false, true]);
  expect(members()).toBe(1);
});

it('takes nothing if connecting fails', async () => {
  failure = new Error('no bridge');
  const networks = new RunNetworks();
  await expect(networks.connect(engine, run())).rejects.toThrow('no bridge');
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
  expect(members()).toBe(0);
});
