import type { Project, ProjectService } from '../../../compose/file/project.ts';
import { BUILT_NAME } from '../../../compose/file/project.ts';
import type { Warn } from '../generated.ts';

/** A cluster can't build images. */
export function warnOfBuild(service: ProjectService, warn: Warn): void {
  if (!service.build) return;
  const how = service[BUILT_NAME] ? ', or set `image` to the name that you push' : '';
  warn(
    `builds its image: push ${service.image} to a registry that the cluster can pull from${how}`,
  );
}

/** What a service has that its manifests can't say. */
export function warnOfService(service: ProjectService, warn: Warn): void {
  const { deploy, networks = {} } = service;
  const endpoints = Object.values(networks).filter((endpoint) => endpoint !== null);
  if (endpoints.some(({ ipv4_address, ipv6_address }) => ipv4_address || ipv6_address)) {
    warn('fixed addresses are omitted; use the names of services');
  }
  if (service.mac_address || endpoints.some(({ mac_address }) => mac_address)) {
    warn('the MAC address is omitted');
  }
  for (const [key, value] of [
    ['provider', service.provider],
    ['models', service.models],
    ['credential_spec', service.credential_spec],
    ['use_api_socket', service.use_api_socket],
    ['isolation', service.isolation],
    ['deploy.rollback_config', deploy?.rollback_config],
    ['deploy.placement.preferences', deploy?.placement.preferences],
    ['deploy.placement.max_replicas_per_node', deploy?.placement.max_replicas_per_node],
    ['external_links', service.external_links],
  ] as const) {
    if (value !== undefined) warn(`${key} is omitted`);
  }
}

/** What the whole project has that its manifests can't say; with the flags that change it. */
export function projectWarnings(
  { networks, inactive }: Project,
  unstated: readonly string[],
  isFlagged: boolean,
): string[] {
  const names = Object.keys(networks).filter((name) => name !== 'default');
  const isolated = names.length > 0;
  return [
    ...(isolated
      ? [
          `all pods of a cluster share one network; a NetworkPolicy can separate them, as these networks do: ${names.join(', ')}`,
        ]
      : []),
    ...(unstated.length > 0
      ? [
          `pods restart when they exit; if one of these services should run once, set \`restart: "no"\`: ${unstated.join(', ')}`,
        ]
      : []),
    ...(inactive.length > 0
      ? [
          `services of inactive profiles are omitted${isFlagged ? ' (--profile)' : ''}: ${inactive.join(', ')}`,
        ]
      : []),
  ];
}
