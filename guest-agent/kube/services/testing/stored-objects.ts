import type { Pod, Service, ServiceSpec } from 'kubernetes-types/core/v1.js';
import { vi } from 'vitest';
import type { Stored } from '../../objects/kube-object.ts';
import { Objects } from '../../objects/objects.ts';
import { namespaces, pods, services } from '../../objects/resources.ts';

/** A store with the namespace `default`. */
export async function testObjects(): Promise<Objects> {
  const objects = new Objects();
  await objects.create(namespaces, { metadata: { name: 'default' } });
  return objects;
}

export const inDefault = (name: string) => ({ namespace: 'default', name });

export function createService(
  objects: Objects,
  name: string,
  spec: ServiceSpec,
): Promise<Stored<Service>> {
  return objects.create(services, { metadata: inDefault(name), spec });
}

/** A pod that runs, with the label `app` and the address that its runner has found. */
export function createPod(
  objects: Objects,
  name: string,
  podIP: string,
  { app = 'web', isReady = true, spec = {} }: PodOptions = {},
): Promise<Stored<Pod>> {
  return objects.create(pods, {
    metadata: { ...inDefault(name), labels: { app } },
    spec: { nodeName: 'berth', containers: [], ...spec },
    status: {
      ...{ phase: 'Running', podIP },
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    },
  });
}

interface PodOptions {
  readonly app?: string;
  readonly isReady?: boolean;
  readonly spec?: Partial<Pod['spec']>;
}

export function setReady(objects: Objects, name: string, isReady: boolean) {
  return objects.change(pods, inDefault(name), (pod) => ({
    ...pod,
    status: {
      ...pod.status,
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    },
  }));
}

/** Fails a test that a controller complains in. */
export const noLog = (message: string, cause?: unknown): void => {
  throw new Error(message, { cause });
};

/** Waits until an expectation holds. Controllers work after the write that they heard of. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000 });
