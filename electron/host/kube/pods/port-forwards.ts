import { randomUUID } from 'node:crypto';
import type { KubeRef } from '../../../api/kube/place.ts';
import type { PortForward } from '../../../api/kube/services.ts';
import { Changes } from '../../base/changes.ts';
import type { KubeConnections } from '../client/connections.ts';
import { podTarget } from './pod-target.ts';
import { forwardPort } from './port-forward.ts';
import { remotePort } from './remote-port.ts';

export interface WantedForward extends KubeRef {
  readonly remote: string;
  readonly local?: number | undefined;
}

interface RunningForward {
  description: PortForward;
  stop(): void;
}

/** The ports that an app forwards, each until it is stopped or `ended` aborts. */
export class PortForwards {
  readonly #clusters: KubeConnections;
  readonly #ended: AbortSignal;
  readonly #running = new Map<string, RunningForward>();
  readonly #changes = new Changes();

  constructor(clusters: KubeConnections, ended: AbortSignal) {
    this.#clusters = clusters;
    this.#ended = ended;
  }

  /** Yields all forwarded ports, now and after each change, until `signal` aborts. */
  list(signal: AbortSignal): AsyncGenerator<PortForward[], void, undefined> {
    const running = () => [...this.#running.values()].map(({ description }) => description);
    return this.#changes.follow(running, signal);
  }

  /** Rejects with HostError 'invalid' if the port is in use, or the object has no such port. */
  async start({ remote, local, ...ref }: WantedForward): Promise<PortForward> {
    const { context, namespace, kind, name } = ref;
    const { client, resources } = await this.#clusters.open(context);
    const reference = `${kind.toLowerCase()}/${name}`;
    const target = await podTarget(client, resources, namespace, reference);
    const toPod = await remotePort(client, resources, namespace, reference, remote);
    const id = randomUUID();
    const stopping = new AbortController();
    const signal = AbortSignal.any([this.#ended, stopping.signal]);
    const port = { address: '127.0.0.1', local: local ?? 0, remote: toPod };
    const onProblem = (problem: string) => {
      const running = this.#running.get(id);
      if (!running) return;
      running.description = { ...running.description, problem };
      this.#changes.tell();
    };
    const opened = await forwardPort(client, target, port, onProblem, signal);
    const description = { ...ref, id, remote, port: opened.port };
    this.#running.set(id, { description, stop: () => stopping.abort() });
    this.#changes.tell();
    return description;
  }

  stop(id: string): void {
    this.#running.get(id)?.stop();
    this.#running.delete(id);
    this.#changes.tell();
  }
}
