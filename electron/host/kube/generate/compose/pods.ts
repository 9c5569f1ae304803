import type { Container } from 'kubernetes-types/core/v1.js';
import type { Project } from '../../../compose/file/project.ts';
import { entriesOf } from '../../../compose/file/record.ts';
import { referredService } from '../../../compose/file/service-reference.ts';
import type { PodPart } from '../pod/pod-part.ts';

/** For each service that has a pod, the services in it. */
export function podsOf({ services }: Project, first: ReadonlySet<string>): Map<string, string[]> {
  const pods = new Map<string, string[]>();
  for (const key of Object.keys(services).filter((each) => !first.has(each))) {
    const root = rootOf(services, key);
    pods.set(
      root,
      root === key ? [key, ...(pods.get(root) ?? [])] : [...(pods.get(root) ?? []), key],
    );
  }
  return pods;
}

/** The service whose network a service has: its own, or that of `network_mode: service:NAME`. */
function rootOf(services: Project['services'], key: string, depth = 0): string {
  const other = referredService(services[key]?.network_mode);
  if (other === undefined || !(other in services) || depth > 10) return key;
  return rootOf(services, other, depth + 1);
}

export interface Steps {
  readonly partOf: (service: string) => PodPart;
  /** Undefined if there is nothing to wait for. */
  readonly waitFor: (service: string) => Container | undefined;
}

/**
 * What runs in a pod before its services: waits for the services that they depend on, and the
 * services that must have succeeded first.
 */
export function firstContainers(
  { services }: Project,
  members: readonly string[],
  { partOf, waitFor }: Steps,
): (PodPart | Container)[] {
  const done = new Set(members);
  const steps: (PodPart | Container)[] = [];
  const visit = (key: string) => {
    for (const [other, { condition }] of entriesOf(services[key]?.depends_on)) {
      const service = services[other];
      if (service === undefined || done.has(other)) continue;
      done.add(other);
      if (condition === 'service_completed_successfully') {
        visit(other);
        steps.push(partOf(other));
        continue;
      }
      // A service with a health check may start long before it is ready.
      const isReadyLater = service.healthcheck !== undefined && !service.healthcheck.disable;
      if (condition === 'service_started' && isReadyLater) continue;
      const wait = waitFor(other);
      if (wait) steps.push(wait);
    }
  };
  for (const key of members) visit(key);
  return steps;
}
