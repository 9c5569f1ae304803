import { basename } from 'node:path';
import { parseLink } from '../../../../guest-agent/grammar/link.ts';
import type { ServiceBuild } from './build-schema.ts';
import { dependencyCycle } from './dependencies.ts';
import { readEnvFile } from './env-file.ts';
import type { FileReference } from './file-reference-schema.ts';
import type { ComposeFile } from './file-schema.ts';
import type { Loading } from './loading.ts';
import { defaultImage, type Project, type ProjectService } from './project.ts';
import { entriesOf, mapValues, sortedRecord } from './record.ts';
import { referredService } from './service-reference.ts';
import { IGNORED_KEYS, SERVICE_KEYS, type Service } from './service-schema.ts';

interface Wanted {
  readonly directory: string;
  readonly files: readonly string[];
  readonly name?: string | undefined;
  readonly profiles?: readonly string[];
  readonly named?: readonly string[];
}

/**
 * Turns the merged files into a project: adds names, variables and implicit dependencies, and
 * checks all references between services.
 */
export async function completeProject(
  file: ComposeFile,
  wanted: Wanted,
  loading: Loading,
): Promise<Project | undefined> {
  const { directory, files } = wanted;
  const name = projectName(file, wanted, loading);
  if (name === undefined) return undefined;
  const { profiles: given = [], named: askedFor = [] } = wanted;
  const profiles = new Set([
    ...(given.length > 0
      ? given
      : (loading.variables('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim())),
    ...askedFor.flatMap((service) => file.services[service]?.profiles ?? []),
  ]);
  const isActive = ({ profiles: own = [] }: Service) =>
    own.length === 0 || profiles.has('*') || own.some((profile) => profiles.has(profile));
  const services: Record<string, ProjectService> = {};
  for (const [service, settings] of Object.entries(file.services)) {
    if (isActive(settings)) {
      services[service] = await completeService(service, settings, name, loading);
    }
  }
  const named = <T extends { name?: string | undefined; external?: boolean | undefined }>(
    map: Readonly<Record<string, T>>,
  ) =>
    mapValues(map, (entry, key) => ({
      name: entry.name ?? (entry.external ? key : `${name}_${key}`),
      ...Object.fromEntries(Object.entries(entry).filter(([field]) => field !== 'name')),
    })) as Record<string, T & { name: string }>;
  const all = { ...named(file.networks) };
  all.default ??= { name: `${name}_default`, ipam: {} };
  const project: Project = {
    ...{ name, directory, files, services },
    networks: used(all, services, ({ networks = {} }) => Object.keys(networks)),
    volumes: used(named(file.volumes), services, ({ volumes = [] }) =>
      volumes.flatMap(({ type, source }) => (type === 'volume' && source ? [source] : [])),
    ),
    secrets: used(named(file.secrets), services, ({ secrets = [], build }) =>
      [...secrets, ...((build as ServiceBuild | undefined)?.secrets ?? [])].map(sourceOf),
    ),
    configs: used(named(file.configs), services, ({ configs = [] }) => configs.map(sourceOf)),
    inactive: Object.keys(file.services).filter((service) => !(service in services)),
  };
  check(project, loading);
  return project;
}

function projectName(file: ComposeFile, wanted: Wanted, loading: Loading): string | undefined {
  const given = wanted.name ?? (loading.variables('COMPOSE_PROJECT_NAME') || file.name);
  const name =
    given ??
    basename(wanted.directory)
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '');
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  const message =
    name === ''
      ? 'project name must not be empty'
      : `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`;
  loading.report({ severity: 'error', ...loading.locate(['name']), message });
  return undefined;
}

async function completeService(
  name: string,
  settings: Service,
  project: string,
  loading: Loading,
): Promise<ProjectService> {
  const { env_file: envFiles = [], environment = {}, ...rest } = settings;
  const variables: Record<string, string | null> = {};
  for (const { path, required, format } of envFiles) {
    const entries = await readEnvFile(path, loading.variables, format);
    if (entries) Object.assign(variables, entries);
    else if (required) {
      const where = loading.locate(['services', name, 'env_file']);
      const message = `env file ${path} not found: stat ${path}: no such file or directory`;
      loading.report({ severity: 'error', ...where, message });
    }
  }
  for (const [key, value] of Object.entries(environment)) {
    variables[key] = value ?? loading.variables(key) ?? null;
  }
  const hasNetworks = rest.networks !== undefined && Object.keys(rest.networks).length > 0;
  const dependencies = { ...impliedDependencies(rest), ...rest.depends_on };
  return ordered({
    ...rest,
    ...(Object.keys(variables).length > 0 && {
      environment: sortedRecord(Object.entries(variables)),
    }),
    ...(Object.keys(dependencies).length > 0 && {
      depends_on: sortedRecord(Object.entries(dependencies)),
    }),
    ...(rest.network_mode === undefined && !hasNetworks && { networks: { default: null } }),
    ...(hasNetworks && { networks: sortedRecord(entriesOf(rest.networks)) }),
    command: rest.command ?? null,
    entrypoint: rest.entrypoint ?? null,
    // An empty policy is not set, but it replaces the policy of an earlier file.
    restart: rest.restart || undefined,
    image: rest.image ?? (rest.build ? defaultImage(project, name) : ''),
  });
}

/** A service must start after the services whose network, namespaces, volumes or links it uses. */
function impliedDependencies(service: Service): NonNullable<Service['depends_on']> {
  const { network_mode: network, ipc, pid, volumes_from: from = [], links = [] } = service;
  const shared = [network, ipc, pid].flatMap((mode) => referredService(mode) ?? []);
  const mounted = from
    .filter((entry) => !entry.startsWith('container:'))
    .map((entry) => entry.split(':')[0] ?? '');
  const linked = links.map((link) => parseLink(link).target);
  return Object.fromEntries(
    [...shared, ...mounted, ...linked].map((name) => [
      name,
      { condition: 'service_started' as const, restart: true, required: true },
    ]),
  );
}

/** The keys in Docker's order, without those that have no effect. */
function ordered(service: ProjectService): ProjectService {
  const ignored = new Set<string>(IGNORED_KEYS);
  const rank = new Map(SERVICE_KEYS.map((key, index) => [key, index]));
  return Object.fromEntries(
    Object.entries(service)
      .filter(([key, value]) => !ignored.has(key) && value !== undefined)
      .sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)),
  ) as ProjectService;
}

const sourceOf = ({ source }: FileReference) => source;

/** The entries that a service refers to, by name. */
function used<T>(
  entries: Readonly<Record<string, T>>,
  services: Readonly<Record<string, ProjectService>>,
  references: (service: ProjectService) => readonly string[],
): Record<string, T> {
  const names = new Set(Object.values(services).flatMap(references));
  return Object.fromEntries(Object.entries(entries).filter(([name]) => names.has(name)));
}

function check(project: Project, loading: Loading): void {
  const complain = (path: readonly string[], message: string) =>
    loading.report({ severity: 'error', ...loading.locate(['services', ...path]), message });
  const { services, networks, volumes, secrets, configs } = project;
  for (const [name, service] of Object.entries(services)) {
    if (service.image === '') {
      complain([name], `service "${name}" has neither an image nor a build context specified`);
    }
    for (const [other, { required }] of entriesOf(service.depends_on)) {
      if (!(other in services) && required) {
        complain([name, 'depends_on'], `service "${name}" depends on undefined service "${other}"`);
      }
    }
    for (const network of Object.keys(service.networks ?? {})) {
      if (!(network in networks)) {
        complain([name, 'networks'], `service "${name}" refers to undefined network ${network}`);
      }
    }
    for (const { type, source } of service.volumes ?? []) {
      if (type === 'volume' && source !== undefined && !(source in volumes)) {
        complain([name, 'volumes'], `service "${name}" refers to undefined volume ${source}`);
      }
    }
    for (const { source } of service.secrets ?? []) {
      if (!(source in secrets)) {
        complain([name, 'secrets'], `service "${name}" refers to undefined secret ${source}`);
      }
    }
    for (const { source } of (service.build as ServiceBuild | undefined)?.secrets ?? []) {
      if (!(source in secrets)) {
        complain(
          [name, 'build', 'secrets'],
          `service "${name}" refers to undefined build secret ${source}`,
        );
      }
    }
    for (const { source } of service.configs ?? []) {
      if (!(source in configs)) {
        complain([name, 'configs'], `service "${name}" refers to undefined config ${source}`);
      }
    }
    if (service.network_mode !== undefined && Object.keys(service.networks ?? {}).length > 0) {
      complain(
        [name, 'network_mode'],
        `service ${name} declares mutually exclusive \`network_mode\` and \`networks\``,
      );
    }
    checkLimits(name, service, complain);
  }
  const cycle = dependencyCycle(services);
  if (cycle) {
    complain([cycle[0] ?? '', 'depends_on'], `dependency cycle detected: ${cycle.join(' -> ')}`);
  }
}

/** The old limit keys must not contradict `deploy.resources`. */
function checkLimits(
  name: string,
  service: ProjectService,
  complain: (path: readonly string[], message: string) => void,
): void {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const pairs = [
    ['mem_limit', service.mem_limit, 'limits.memory', limits?.memory],
    ['mem_reservation', service.mem_reservation, 'reservations.memory', reservations?.memory],
    ['cpus', service.cpus, 'limits.cpus', limits?.cpus],
    ['pids_limit', service.pids_limit, 'limits.pids', limits?.pids],
  ] as const;
  for (const [key, old, path, value] of pairs) {
    if (old !== undefined && value !== undefined && old !== value) {
      complain(
        [name, key],
        `services.${name}: can't set distinct values on '${key}' and 'deploy.resources.${path}'`,
      );
    }
  }
}
