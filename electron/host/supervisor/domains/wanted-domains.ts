import type { ContainerSummary } from '../../engine/container-schemas.ts';
import { webPort } from './web-port.ts';

/** A container that serves web pages, and its names in the domains. */
export interface WantedDomain {
  readonly containerId: string;
  readonly containerName: string;
  /** In lower case: the container's name and, in a Compose project, `SERVICE.PROJECT`. */
  readonly names: readonly string[];
  /** As seen from inside the VM. */
  readonly target: { readonly host: string; readonly port: number };
}

/** A DNS name (RFC 1035, section 2.3.4), plus the underscore that container names may have. */
const DNS_NAME = /^(?=.{1,200}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/;

/**
 * Selects running containers with web ports from the engine's list, newest first. Each name appears
 * once: a container's own name precedes one from a Compose project, where a service's oldest
 * container wins. Skips containers that are only on `internal` networks, like their published
 * ports.
 */
export function wantedDomains(
  containers: readonly ContainerSummary[],
  internal: ReadonlySet<string>,
): WantedDomain[] {
  const found = containers.flatMap((container) => {
    const port = webPort(container);
    const host = addressOf(container, internal);
    return port && host ? [{ container, target: { host, port } }] : [];
  });
  const owners = new Map<string, ContainerSummary>();
  const claim = (name: string | undefined, container: ContainerSummary) => {
    if (name && DNS_NAME.test(name) && !owners.has(name)) owners.set(name, container);
  };
  for (const { container } of found) claim(ownName(container).toLowerCase(), container);
  for (const { container } of found.toReversed()) {
    claim(nameInProject(container.Labels), container);
  }
  return found
    .map(({ container, target }) => ({
      containerId: container.Id,
      containerName: ownName(container),
      names: [...owners].flatMap(([name, owner]) => (owner === container ? [name] : [])),
      target,
    }))
    .filter(({ names }) => names.length > 0);
}

const ownName = ({ Id, Names }: ContainerSummary) =>
  Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12);

/** A container on the VM's own network has the VM's address. */
function addressOf(container: ContainerSummary, internal: ReadonlySet<string>) {
  const networks = Object.entries(container.NetworkSettings.Networks);
  const reached = networks.find(([name, { IPAddress }]) => IPAddress && !internal.has(name));
  return reached?.[1].IPAddress ?? (networks[0]?.[0] === 'host' ? '127.0.0.1' : undefined);
}

/** Skips containers of `compose run`. */
function nameInProject(labels: Readonly<Record<string, string>>): string | undefined {
  const service = labels['com.docker.compose.service'];
  const project = labels['com.docker.compose.project'];
  if (!service || !project || /^true$/i.test(labels['com.docker.compose.oneoff'] ?? '')) return;
  return `${service}.${project}`.toLowerCase();
}
