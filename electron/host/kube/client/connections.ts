import type { KubeTarget } from '../apply/target.ts';
import { findContext, type KubeContext, listContexts } from '../contexts/contexts.ts';
import type { Kubeconfig } from '../contexts/kubeconfig.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointOf, targetOf } from './open-target.ts';

interface Connection {
  /** The part of the kubeconfig that the connection was made from. */
  readonly source: string;
  readonly endpoint: Promise<Endpoint>;
}

/**
 * The clusters that the app is connected to. Signing in can start a program, so it happens once for
 * each context, and again when the kubeconfig has changed.
 */
export class KubeConnections {
  readonly #openLocal: () => Promise<Endpoint>;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #connections = new Map<string, Connection>();

  /** `openLocal` opens the API of Berth's own engine. */
  constructor(
    openLocal: () => Promise<Endpoint>,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#openLocal = openLocal;
    this.#env = env;
  }

  /**
   * The cluster of a context. Without a namespace, objects go to the context's own. Rejects with
   * HostError 'invalid' if the context doesn't exist or is incomplete.
   */
  async open(name: string, namespace?: string): Promise<KubeTarget> {
    const contexts = await listContexts(this.#env);
    const context = findContext(contexts, name);
    const source = sourceOf(context, contexts.kubeconfig);
    const known = this.#connections.get(name);
    if (known?.source === source) return targetOf(context, await known.endpoint, namespace);
    const endpoint = endpointOf(context, contexts, this.#openLocal);
    this.#connections.set(name, { source, endpoint });
    try {
      return targetOf(context, await endpoint, namespace);
    } catch (error) {
      this.#connections.delete(name);
      throw error;
    }
  }
}

function sourceOf(context: KubeContext, { clusters, users }: Kubeconfig): string {
  const own = [
    clusters.find(({ name }) => name === context.cluster),
    users.find(({ name }) => name === context.user),
  ];
  return JSON.stringify([context.isLocal, ...own]);
}
