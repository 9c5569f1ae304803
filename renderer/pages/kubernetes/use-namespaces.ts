import { useQuery } from '@tanstack/react-query';
import { client } from '../../connection/screen.ts';

/** The namespaces of a cluster. */
export const useNamespaces = (context: string) =>
  useQuery({
    queryKey: ['kube-namespaces', context],
    queryFn: () => client.kube.contexts.namespaces({ context }),
    networkMode: 'always',
    // The list of objects says what is wrong with the cluster.
    retry: false,
  });

/** A name that a namespace can have. */
export const isNamespaceName = (name: string): boolean =>
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

/** Manifests with their namespace, which doesn't exist yet. The lines of the others stay the same. */
export const withNamespace = (text: string, name: string): string =>
  `${text.trimEnd()}\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: ${JSON.stringify(name)} }\n`;
