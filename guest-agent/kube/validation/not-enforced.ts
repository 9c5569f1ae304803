import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import {
  horizontalPodAutoscalers,
  ingresses,
  networkPolicies,
  podDisruptionBudgets,
} from '../objects/resources.ts';

/** Kinds that are stored, so that whole applications can be applied, but change nothing. */
const WARNINGS = new Map<Resource, string>([
  [networkPolicies, "Berth's engine doesn't enforce network policies: pods can reach one another"],
  [horizontalPodAutoscalers, "Berth's engine doesn't scale workloads automatically"],
  [podDisruptionBudgets, "Berth's engine has one node, so disruption budgets change nothing"],
]);

/** Settings of other Ingress controllers. */
const FOREIGN = /^(nginx|traefik|haproxy)[.-]?ingress\./;

/** What a user should know about an object that is accepted. */
export function notEnforced(resource: Resource, { metadata }: KubeObject): string[] {
  const warning = WARNINGS.get(resource);
  if (warning !== undefined) return [warning];
  if (resource !== ingresses) return [];
  return Object.keys(metadata?.annotations ?? {})
    .filter((name) => FOREIGN.test(name))
    .map((name) => `Berth's engine ignores the annotation ${name}`);
}
