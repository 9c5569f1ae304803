import { once } from 'node:events';
import type { Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { onTestFinished, vi } from 'vitest';
import { Registries } from '../../../engine/images/registries.ts';
import { FakeEngine } from '../../../testing/fake-engine/fake-engine.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { Objects } from '../../objects/objects.ts';
import { events, pods } from '../../objects/resources.ts';
import { startPodRunner } from '../start-pod-runner.ts';

/** A busy host is slow. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A pod runner on a fake engine, which the test's end closes. */
export async function podTest(images: readonly string[] = ['busybox']) {
  const fake = await FakeEngine.start(images);
  fake.program('pause', ({ killed }) => once(killed, 'abort').then(() => 0));
  const objects = new Objects();
  const start = () =>
    startPodRunner({
      ...{ engine: fake.engine, images: fake.images, objects },
      registries: new Registries(fake.images, []),
      log: (message, cause) => void fake.logged.push(`${message}: ${cause}`),
    });
  let runner = start();
  onTestFinished(async () => {
    runner.close();
    await fake.close();
  });
  const get = (name: string) => objects.get(pods, { namespace: 'default', name });
  /** The pod's events, oldest first. */
  const reasons = (name: string) =>
    objects
      .list(events, 'default')
      .filter((event) => event.involvedObject.name === name)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map(({ reason, message }) => `${reason}: ${message}`);
  /** Waits until a pod is as `isSo` says, and returns it. */
  const until = async (name: string, isSo: (pod: Stored<Pod>) => boolean) => {
    try {
      return await vi.waitFor(() => {
        const pod = get(name);
        if (pod && isSo(pod)) return pod;
        throw new Error('not yet');
      }, PATIENCE);
    } catch {
      throw new Error(
        `pod ${name} did not get there: ${JSON.stringify(get(name)?.status, undefined, 2)}\n${[...reasons(name), ...fake.logged].join('\n')}`,
      );
    }
  };
  return {
    ...{ fake, objects, get, until },
    get runner() {
      return runner;
    },
    create: (name: string, spec: PodSpec, metadata: object = {}) =>
      objects.create<Pod>(pods, {
        metadata: { namespace: 'default', name, ...metadata },
        spec: { ...spec, nodeName: 'berth' },
      }),
    remove: (name: string, grace?: number) =>
      objects.requestDeletion(pods, { namespace: 'default', name }, grace),
    /** Until the object is gone. */
    gone: (name: string) =>
      vi.waitFor(() => {
        if (get(name)) throw new Error(`pod ${name} is still there: ${fake.logged.join('\n')}`);
      }, PATIENCE),
    reasons,
    /** As after a restart of the agent. */
    restart: () => {
      runner.close();
      runner = start();
    },
    names: () => fake.engine.containers.all().map(({ record }) => record.name),
  };
}

export const isReady = ({ status }: Stored<Pod>) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
