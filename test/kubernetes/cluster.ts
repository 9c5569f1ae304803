import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Event, Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { inject, vi } from 'vitest';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';

/** A busy host is slow. */
const PATIENCE = { timeout: 90_000, interval: 100 };

/** The Kubernetes API of the engine that the tests run. */
export interface Cluster {
  /** The name of an image with Busybox. */
  readonly image: string;
  /** Rejects with the API's message. */
  ask<T>(method: string, path: string, body?: object): Promise<T>;
  /** The log of a container. */
  log(pod: string, query?: string): Promise<string>;
  createPod(name: string, spec: PodSpec, metadata?: object): Promise<Pod>;
  /** Waits until a pod is as `isSo` says. */
  until(name: string, isSo: (pod: Pod) => boolean): Promise<Pod>;
  /** Deletes a pod, and waits until it is gone. */
  removePod(name: string, query?: string): Promise<void>;
  /** The messages of a pod's events. */
  events(pod: string): Promise<string[]>;
}

const PODS = '/api/v1/namespaces/default/pods';

export async function openCluster(): Promise<Cluster> {
  const { socket, registry } = inject('nativeEngine');
  const directory = await mkdtemp(join(tmpdir(), 'berth-images-'));
  await pushImages(directory, registry.host, {
    'kube-box': imageOf([await boxLayer()], { Cmd: ['sh'] }),
  });
  await rm(directory, { recursive: true });
  const kubeSocket = join(dirname(socket), 'kube.sock');

  const answer = (method: string, path: string, body?: object) =>
    ask(kubeSocket, method, path, body);
  const askFor = async <T>(method: string, path: string, body?: object): Promise<T> =>
    JSON.parse(await answer(method, path, body));
  const find = (name: string) => askFor<Pod>('GET', `${PODS}/${name}`);
  const events = async (pod: string) => {
    const path = `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${pod}`;
    const { items } = await askFor<{ items: Event[] }>('GET', path);
    return items.map(({ reason, message }) => `${reason}: ${message}`);
  };
  return {
    ...{ ask: askFor, events, image: `${registry.guestHost}/kube-box:1` },
    log: (pod, query = '') => answer('GET', `${PODS}/${pod}/log?${query}`),
    createPod: (name, spec, metadata = {}) =>
      askFor<Pod>('POST', PODS, {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec },
      }),
    until: async (name, isSo) => {
      let last: Pod | undefined;
      try {
        return await vi.waitFor(async () => {
          last = await find(name);
          if (!isSo(last)) throw new Error('not yet');
          return last;
        }, PATIENCE);
      } catch {
        const status = JSON.stringify(last?.status, undefined, 2);
        throw new Error(`pod ${name}: ${status}\n${(await events(name)).join('\n')}`);
      }
    },
    removePod: async (name, query = '') => {
      await answer('DELETE', `${PODS}/${name}?${query}`);
      await vi.waitFor(async () => {
        const said = await find(name).then(
          () => 'still there',
          (error: Error) => error.message,
        );
        if (!said.includes('not found')) throw new Error(said);
      }, PATIENCE);
    },
  };
}

/** The text of an answer. Rejects with the server's message. */
export async function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { 'content-type': 'application/json' };
  const sent = request({ socketPath, method, path, headers }, (response) => {
    text(response).then((said) => {
      if ((response.statusCode ?? 500) < 300) resolve(said);
      else reject(new Error(`${method} ${path}: ${messageIn(said)}`));
    }, reject);
  });
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function messageIn(said: string): string {
  try {
    return JSON.parse(said).message;
  } catch {
    return said;
  }
}

export const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
