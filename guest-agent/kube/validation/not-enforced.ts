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

/** Annotations of ingress-nginx that Ingresses here follow. */
export const REWRITE_TARGET = 'nginx.ingress.kubernetes.io/rewrite-target';
export const SSL_REDIRECT = 'nginx.ingress.kubernetes.io/ssl-redirect';
export const FORCE_SSL_REDIRECT = 'nginx.ingress.kubernetes.io/force-ssl-redirect';
export const BACKEND_PROTOCOL = 'nginx.ingress.kubernetes.io/backend-protocol';
export const USE_REGEX = 'nginx.ingress.kubernetes.io/use-regex';
const KNOWN = [REWRITE_TARGET, SSL_REDIRECT, FORCE_SSL_REDIRECT, BACKEND_PROTOCOL, USE_REGEX];

/** What a user should know about an object that is accepted. */
export function notEnforced(resource: Resource, { metadata }: KubeObject): string[] {
  const warning = WARNINGS.get(resource);
  if (warning !== undefined) return [warning];
  if (resource !== ingresses) return [];
  return Object.keys(metadata?.annotations ?? {})
    .filter((name) => /^(nginx\.ingress|traefik\.ingress|haproxy)\./.test(name))
    .filter((name) => !KNOWN.includes(name))
    .map((name) => `Berth's engine ignores the annotation ${name}`);
}
