import type { KubeTarget } from '../apply/target.ts';
import type { KubeContext, KubeContexts } from '../contexts/contexts.ts';
import type { Endpoint } from './endpoint.ts';
import { createKubeClient, type KubeClientOptions } from './kube-client.ts';
import { remoteEndpoint } from './remote-endpoint.ts';
import { KubeResources } from './resources.ts';

/** The API server of a context. `local` opens the API of Berth's own engine. */
export async function endpointOf(
  context: KubeContext,
  { kubeconfig }: KubeContexts,
  local: () => Promise<Endpoint>,
): Promise<Endpoint> {
  return context.isLocal ? local() : remoteEndpoint(context, kubeconfig);
}

/** A cluster with a namespace: the given one, or the context's. */
export function targetOf(
  context: KubeContext,
  endpoint: Endpoint,
  namespace: string | undefined,
  options: KubeClientOptions = {},
): KubeTarget {
  const client = createKubeClient(context, endpoint, options);
  return {
    ...{ client, resources: new KubeResources(client) },
    namespace: namespace ?? context.namespace,
    isNamespaceFixed: namespace !== undefined,
  };
}
