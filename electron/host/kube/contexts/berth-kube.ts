import type { KubeContext } from './contexts.ts';

/** The beginning of a command about the same cluster and namespace, for hints. */
export function berthKube({ name }: Pick<KubeContext, 'name'>, namespace?: string): string {
  const place = namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
  return `berth kube --context ${name}${place}`;
}
