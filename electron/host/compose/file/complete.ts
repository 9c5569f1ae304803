import { resolve } from 'node:path';
import { parseLink } from '../../../../guest-agent/grammar/link.ts';
import type { ServiceBuild } from './build-schema.ts';
import { dependencyCycle } from './dependencies.ts';
import { readEnvFile } from './env-file.ts';
import type { ComposeFile } from './file-schema.ts';
import type { Loading, Scope } from './loading.ts';
import { BUILT_NAME, defaultImage, type Project, type ProjectService } from './project.ts';
import { EXTENSIONS, type Extensions, entriesOf, mapValues, sortedRecord } from './record.ts';
import { modelNames, usedResources } from './select-services.ts';
import { referredService } from './service-reference.ts';
import { SERVICE_KEYS, type Service } from './service-schema.ts';

interface Wanted extends Scope {
  readonly files: readonly string[];
  /** The project's name. */
  readonly name: string;
  /** The variables of `.env`. */
  readonly dotEnv: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  readonly named?: readonly string[];
  readonly normalize?: boolean | undefined;
  readonly consistent?: boolean | undefined;
  readonly runnable?: boolean | undefined;
}

/**
 * Turns the merged files into a project: adds names, variables and implicit dependencies, and
 * checks all references between services.
 */
export async function completeProject(
  file: ComposeFile,
  wanted: Wanted,
  loading: Loading,
): Promise<Project> {
  const { directory, files, name, variables, normalize = true } = wanted;
  const { profiles: given = [], named: askedFor = [] } = wanted;
  const profiles = new Set([
    ...(given.length > 0
      ? given
      : (variables('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim())),
    ...askedFor.flatMap((service) => file.services[service]?.profiles ?? []),
  ]);
  const isActive = ({ profiles: own = [] }: Service) =>
    own.length === 0 || profiles.has('*') || own.some((profile) => profiles.has(profile));
  const services: Record<string, ProjectService> = {};
  for (const [service, settings] of Object.entries(file.services)) {
    if (isActive(settings)) {
      services[service] = await completeService(service, settings, wanted, loading);
    }
  }
  const named = <T extends { name?: string | undefined; external?: boolean | undefined }>(
    map: Readonly<Record<string, T>>,
  ) =>
    mapValues(map, ({ name: given, ...entry }, key) => ({
      name: given ?? (!normalize ? undefined : entry.external ? key : `${name}_${key}`),
      ...entry,
    })) as Record<string, T & { name: string }>;
  const all = { ...named(file.networks) };
  all.default ??= { name: `${name}_default`, ipam: {} };
  const isWhole = wanted.runnable === false && askedFor.length === 0;
  for (const [service, settings] of isWhole ? [] : Object.entries(services)) {
    services[service] = withoutInactive(settings, file.services, services);
  }
  const project: Project = {
    ...{ name, directory, files, services },
    ...usedResources(
      {
        networks: all,
        volumes: named(file.volumes),
        secrets: named(file.secrets),
        configs: named(file.configs),
        models: file.models,
      },
      services,
    ),
    variables: wanted.dotEnv,
    extensions: (file as { [EXTENSIONS]?: Extensions })[EXTENSIONS] ?? {},
    profiles: [...new Set(Object.values(file.services).flatMap(({ profiles: own = [] }) => own))],
    inactive: Object.keys(file.services).filter((service) => !(service in services)),
  };
  if (wanted.runnable !== false) refuse(project, loading);
  if (wanted.consistent !== false) check(project, loading);
  return project;
}

async function completeService(
  name: string,
  settings: Service,
  { name: project, variables: lookUp, directory, normalize = true }: Wanted,
  loading: Loading,
): Promise<ProjectService> {
  const { env_file: envFiles = [], environment = {}, label_file: labelFiles, ...rest } = settings;
  const variables: Record<string, string | null> = {};
  for (const { path, required, format } of envFiles) {
    const entries = await readEnvFile(resolve(directory, path), lookUp, format);
    if (entries) Object.assign(variables, entries);
    else if (required) {
      const where = loading.locate(['services', name, 'env_file']);
      const message = `env file ${path} not found: stat ${path}: no such file or directory`;
      loading.report({ severity: 'error', ...where, message });
    }
  }
  for (const [key, value] of Object.entries(environment)) {
    variables[key] = value ?? lookUp(key) ?? null;
  }
  const labels = { ...(await labelsOf(name, labelFiles, directory, loading)), ...rest.labels };
  const hasNetworks = rest.networks !== undefined && Object.keys(rest.networks).length > 0;
  const dependencies = { ...(normalize && impliedDependencies(rest)), ...rest.depends_on };
  return ordered({
    ...rest,
    ...(rest.build && normalize && { build: withArguments(rest.build, lookUp) }),
    ...(Object.keys(variables).length > 0 && {
      environment: sortedRecord(Object.entries(variables)),
    }),
    ...(Object.keys(labels).length > 0 && { labels: sortedRecord(Object.entries(labels)) }),
    ...(Object.keys(dependencies).length > 0 && {
      depends_on: sortedRecord(Object.entries(dependencies)),
    }),
    ...(normalize &&
      !rest.provider &&
      rest.network_mode === undefined &&
      !hasNetworks && { networks: { default: null } }),
    ...(hasNetworks && { networks: sortedRecord(entriesOf(rest.networks)) }),
    command: rest.command ?? null,
    entrypoint: rest.entrypoint ?? null,
    // An empty policy is not set, but it replaces the policy of an earlier file.
    restart: rest.restart || undefined,
    image: rest.image ?? (rest.build ? defaultImage(project, name) : ''),
    ...(rest.image === undefined && rest.build && { [BUILT_NAME]: true as const }),
  });
}

/** Without the optional dependencies on services of inactive profiles. */
function withoutInactive(
  service: ProjectService,
  known: ComposeFile['services'],
  active: Readonly<Record<string, ProjectService>>,
): ProjectService {
  const { depends_on: dependencies, ...rest } = service;
  const left = entriesOf(dependencies).filter(
    ([name, { required }]) => required || name in active || !(name in known),
  );
  if (dependencies === undefined || left.length === Object.keys(dependencies).length)
    return service;
  return left.length > 0 ? { ...service, depends_on: Object.fromEntries(left) } : rest;
}

/** Gives build arguments without a value that of the variable, and leaves out those that aren't set. */
function withArguments(
  build: NonNullable<Service['build']>,
  lookUp: Scope['variables'],
): NonNullable<Service['build']> {
  const { args } = build as Partial<ServiceBuild>;
  if (args === undefined) return build;
  const set = Object.entries(args)
    .map(([name, value]) => [name, value ?? lookUp(name)] as const)
    .filter(([, value]) => value !== undefined);
  return { ...build, args: Object.fromEntries(set) } as NonNullable<Service['build']>;
}

/** The labels in the files of `label_file`. */
async function labelsOf(
  name: string,
  files: readonly string[] = [],
  directory: string,
  loading: Loading,
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const path of files) {
    const entries = await readEnvFile(resolve(directory, path), () => undefined);
    if (entries) Object.assign(labels, entries);
    else {
      const where = loading.locate(['services', name, 'label_file']);
      const message = `label file ${path} not found`;
      loading.report({ severity: 'error', ...where, message });
    }
  }
  return labels;
}

/** A service must start after the services whose network, namespaces, volumes or links it uses. */
export function impliedDependencies(service: Service): NonNullable<Service['depends_on']> {
  const { network_mode: network, ipc, pid, uts, cgroup } = service;
  const { volumes_from: from = [], links = [] } = service;
  const shared = [network, ipc, pid, uts, cgroup].flatMap((mode) => referredService(mode) ?? []);
  const mounted = from
    .filter((entry) => !entry.startsWith('container:'))
    .map((entry) => entry.split(':')[0] ?? '');
  const linked = links.map((link) => parseLink(link).target);
  const implied = (restart: boolean) => (name: string) =>
    [name, { condition: 'service_started' as const, restart, required: true }] as const;
  return Object.fromEntries([
    ...mounted.map(implied(false)),
    ...[...shared, ...linked].map(implied(true)),
  ]);
}

/** The keys in Docker's order. */
function ordered(service: ProjectService): ProjectService {
  const { [EXTENSIONS]: extensions } = service as { [EXTENSIONS]?: Extensions };
  const rank = new Map(SERVICE_KEYS.map((key, index) => [key, index]));
  const own = Object.entries(service)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  return {
    ...Object.fromEntries(own),
    ...(extensions && { [EXTENSIONS]: extensions }),
    ...(service[BUILT_NAME] && { [BUILT_NAME]: true }),
  } as unknown as ProjectService;
}

/** Why Berth can't start a service with these keys. */
const REFUSED = {
  provider: 'Berth runs containers only, and no other programs that provide a service',
  models: 'Berth has no runner for language models',
  use_api_socket: "Berth doesn't give containers your credentials and the socket of its engine",
} as const;

function refuse({ services }: Project, loading: Loading): void {
  const complain = complaining(loading);
  for (const [name, service] of Object.entries(services)) {
    for (const key of ['provider', 'models', 'use_api_socket'] as const) {
      if (service[key]) complain([name, key], `services.${name}.${key}: ${REFUSED[key]}`);
    }
  }
}

const complaining = (loading: Loading) => (path: readonly string[], message: string) =>
  loading.report({ severity: 'error', ...loading.locate(['services', ...path]), message });

function check(project: Project, loading: Loading): void {
  const complain = complaining(loading);
  const { services, networks, volumes, secrets, configs, models } = project;
  for (const [name, service] of Object.entries(services)) {
    for (const model of modelNames(service)) {
      if (!(model in models)) {
        complain([name, 'models'], `service "${name}" refers to undefined model ${model}`);
      }
    }
    if (service.image === '' && !service.provider) {
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
