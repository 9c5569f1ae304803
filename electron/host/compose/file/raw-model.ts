import { isRecord } from '../../base/is-record.ts';
import { impliedDependencies } from './complete.ts';
import type { ComposeFile } from './file-schema.ts';
import type { Variables } from './interpolate.ts';
import { withKnown, withValue } from './known-variables.ts';
import { entriesOf, mapValues } from './record.ts';
import type { Service } from './service-schema.ts';

interface Wanted {
  /** The project's name. */
  readonly name: string;
  readonly variables: Variables;
  /** Adds the names, networks and dependencies that the files don't mention. */
  readonly normalize: boolean;
}

type Model = Record<string, unknown>;

/** Completes merged files that still have their variables, as `config --no-interpolate` prints them. */
export function completeModel(
  file: ComposeFile,
  { name, variables, normalize }: Wanted,
): Readonly<Model> {
  const { version: _, include, ...rest } = file;
  const services = mapValues(file.services, (service) => withDefaults(service as Model, variables));
  const model = { ...rest, services };
  const whole = normalize ? normalized(model, name, variables) : model;
  return Object.fromEntries(
    Object.entries(whole).filter(([, value]) => !isRecord(value) || Object.keys(value).length > 0),
  );
}

function withDefaults(service: Model, variables: Variables): Model {
  const { environment, secrets, ports, gpus, build } = service;
  const onRecords = (list: unknown, change: (entry: Model) => Model) =>
    Array.isArray(list) ? list.map((entry) => (isRecord(entry) ? change(entry) : entry)) : list;
  const changes: Model = {
    environment: Array.isArray(environment)
      ? withKnown(environment as never, variables)
      : environment,
    secrets: onRecords(secrets, (entry) => ({ target: `/run/secrets/${entry.source}`, ...entry })),
    ports: onRecords(ports, (entry) => ({ mode: 'ingress', protocol: 'tcp', ...entry })),
    gpus: onRecords(gpus, (entry) =>
      'count' in entry || 'device_ids' in entry ? entry : { ...entry, count: 'all' },
    ),
    build:
      isRecord(build) && Array.isArray(build.ssh) ? { ...build, ssh: agents(build.ssh) } : build,
  };
  return { ...service, ...withoutUndefined(changes) };
}

/** `NAME=PATH`, or the name of an agent. */
const agents = (ssh: readonly unknown[]) =>
  Object.fromEntries(
    ssh.map((entry) => {
      const [name = '', path = null] = String(entry).split('=');
      return [name, path];
    }),
  );

function normalized(
  model: Omit<ComposeFile, 'version' | 'include'>,
  name: string,
  variables: Variables,
): Model {
  const services = mapValues(model.services as Record<string, Model>, (service) =>
    normalizedService(service, variables),
  );
  const usesDefault = Object.values(services).some(
    ({ networks }) => isRecord(networks) && 'default' in networks,
  );
  const named = (resources: Readonly<Record<string, unknown>>) =>
    mapValues(resources, (resource, key) => {
      const { name: own, ...rest } = isRecord(resource) ? resource : {};
      const isExternal = rest.external === true || rest.external === 'true';
      return { ...rest, name: own ?? (isExternal ? key : `${name}_${key}`) };
    });
  return {
    ...{ ...model, name, services },
    networks: named({ ...(usesDefault && { default: null }), ...model.networks }),
    volumes: named(model.volumes),
    secrets: named(model.secrets),
    configs: mapValues(named(model.configs), (config) => withContent(config, variables)),
  };
}

function normalizedService(service: Model, variables: Variables): Model {
  const { networks, network_mode: mode, provider, build, environment, depends_on: own } = service;
  const hasNetworks = isRecord(networks) && Object.keys(networks).length > 0;
  const dependencies = {
    ...impliedDependencies(service as Service),
    ...(isRecord(own) ? own : {}),
  };
  return withoutUndefined({
    ...service,
    ...(!provider && mode === undefined && !hasNetworks && { networks: { default: null } }),
    ...(isRecord(build) && { build: normalizedBuild(build, variables) }),
    ...(isRecord(environment) && { environment: withKnown(environment, variables) }),
    ...(entriesOf(dependencies).length > 0 && { depends_on: dependencies }),
    ...(service.pull_policy === 'if_not_present' && { pull_policy: 'missing' }),
  });
}

function normalizedBuild(build: Model, variables: Variables): Model {
  const { args, dockerfile, dockerfile_inline: inline } = build;
  return {
    ...build,
    ...(dockerfile === undefined && inline === undefined && { dockerfile: 'Dockerfile' }),
    ...(args !== undefined && { args: setArguments(args, variables) }),
  };
}

/** Build arguments without a value have that of the variable, or aren't set. */
function setArguments(args: unknown, variables: Variables): unknown {
  if (Array.isArray(args)) {
    return args
      .map((entry) => withValue(String(entry), variables))
      .filter((entry) => entry.includes('='));
  }
  if (!isRecord(args)) return args;
  const known = entriesOf(withKnown(args, variables)).filter(([, value]) => value !== null);
  return Object.fromEntries(known);
}

/** A config from a variable shows the variable's value. */
function withContent(config: Model, variables: Variables): Model {
  const content =
    typeof config.environment === 'string' ? variables(config.environment) : undefined;
  return { ...config, ...(content !== undefined && { content }) };
}

const withoutUndefined = (map: Model): Model =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
