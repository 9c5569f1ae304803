import { expect, it, onTestFinished, vi } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import type { RunnerContext } from '../pod-context.ts';
import { StatusWriter } from './status-writer.ts';

const key = { namespace: 'default', name: 'web' };

async function writing(put: () => Promise<void>) {
  const storage = { put, delete: async () => {} };
  const objects = new Objects({ storage, version: 0, objects: [] });
  const pod = await objects.create(pods, {
    metadata: key,
    spec: { containers: [{ name: 'app' }] },
  });
  const logged: string[] = [];
  const context = { objects, log: (text: string) => void logged.push(text) };
  let address = '';
  const facts = () => ({
    ...{ containers: [], initContainers: [], podIps: [address], hostIp: '', startTime: '' },
    ...{ hasNetwork: true, isInitialized: true, isTerminating: false },
  });
  const writer = new StatusWriter(
    context as unknown as RunnerContext,
    key,
    pod.metadata.uid,
    facts,
  );
  const publish = (ip: string) => {
    address = ip;
    writer.publish();
  };
  return { publish, writer, logged, written: () => objects.get(pods, key)?.status?.podIP };
}

it('writes a change that comes at whatever moment of the write before', async () => {
  for (let moment = 0; moment < 30; moment++) {
    const { publish, writer, written } = await writing(async () => {});
    publish('10.0.0.1');
    for (let step = 0; step < moment; step++) await Promise.resolve();
    publish('10.0.0.2');
    await writer.flush();
    expect(written()).toBe('10.0.0.2');
  }
});

it('tries again after a write that failed', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isFull = false;
  const { publish, writer, written, logged } = await writing(async () => {
    if (isFull) throw new Error('ENOSPC');
  });
  isFull = true;
  publish('10.0.0.1');
  await writer.flush();
  expect(logged).toEqual(['writing the status of pod web']);
  expect(written()).toBeUndefined();
  isFull = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written()).toBe('10.0.0.1');
});
