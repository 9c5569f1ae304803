import { HostError } from '../../base/errors.ts';
import { type Kubeconfig, readKubeconfig } from './kubeconfig.ts';

/** The context of the Kubernetes API of Berth's own engine. It needs no kubeconfig. */
export const LOCAL_CONTEXT = 'berth';

export interface KubeContext {
  readonly name: string;
  /** The namespace of objects without one. */
  readonly namespace: string;
  /** The address of the API, for people. */
  readonly server: string;
  readonly cluster: string;
  readonly user: string;
  /** Whether this is Berth's own engine. */
  readonly isLocal: boolean;
  /** Whether commands use this context by default. */
  readonly isCurrent: boolean;
}

export interface KubeContexts {
  readonly all: readonly KubeContext[];
  readonly kubeconfig: Kubeconfig;
}

/** Berth's own context, then those of the user's kubeconfig. */
export async function listContexts(
  env: Readonly<Record<string, string | undefined>>,
): Promise<KubeContexts> {
  const kubeconfig = await readKubeconfig(env);
  const current = kubeconfig['current-context'] || LOCAL_CONTEXT;
  const others = kubeconfig.contexts
    .filter(({ name }) => name !== LOCAL_CONTEXT)
    .map(({ name, context }): KubeContext => {
      const found = kubeconfig.clusters.find((each) => each.name === context.cluster);
      return {
        ...{ name, cluster: context.cluster, user: context.user ?? '' },
        namespace: context.namespace || 'default',
        server: found?.cluster.server ?? '',
        ...{ isLocal: false, isCurrent: name === current },
      };
    });
  const local: KubeContext = {
    ...{ name: LOCAL_CONTEXT, namespace: 'default', server: "Berth's engine" },
    ...{ cluster: LOCAL_CONTEXT, user: LOCAL_CONTEXT, isLocal: true },
    isCurrent: current === LOCAL_CONTEXT,
  };
  return { all: [local, ...others], kubeconfig };
}

/** Throws HostError 'invalid' if the context doesn't exist. */
export function findContext({ all }: KubeContexts, name: string): KubeContext {
  const found = all.find((each) => each.name === name);
  if (found) return found;
  throw new HostError('invalid', `context "${name}" doesn't exist`, {
    hint: `Contexts: ${all.map((each) => each.name).join(', ')}`,
  });
}

/** The context that `kubectl` uses too. Berth's own without a choice. */
export function currentContext(contexts: KubeContexts): KubeContext {
  return findContext(contexts, contexts.kubeconfig['current-context'] || LOCAL_CONTEXT);
}
