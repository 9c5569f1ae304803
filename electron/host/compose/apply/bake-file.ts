import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { unlessMissing } from '../../base/system-error.ts';
import type { SecretSource } from '../../buildkit/secrets.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import { withDependencies } from '../file/dependencies.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { entriesOf, mapValues, sortedRecord } from '../file/record.ts';
import { referredService } from '../file/service-reference.ts';
import type { Ulimits } from '../file/ulimits.ts';
import { buildSecrets } from './build-parts.ts';
import { dockerfilePath, imageLabels, knownArgs, platformsOf } from './build-service.ts';

/**
 * The file with which `docker buildx bake` builds the images of these services, as `docker compose build --print`
 * prints it. It has the images of their dependencies too. Undefined if nothing is to be built.
 */
export async function bakeFile(
  project: Project,
  names: ReadonlySet<string>,
  asked: { readonly check?: boolean | undefined; readonly push?: boolean | undefined },
): Promise<object | undefined> {
  const isBuilt = (name: string) => project.services[name]?.build !== undefined;
  const chosen = withContexts(project, names).filter(isBuilt).sort();
  if (chosen.length === 0) return undefined;
  const targets: [string, object][] = [];
  for (const name of withContexts(project, withDependencies(project.services, chosen))) {
    const service = project.services[name];
    if (!service?.build) continue;
    targets.push([targetName(name), await targetOf(project, service, asked)]);
  }
  return {
    group: { default: { targets: chosen.map(targetName) } },
    target: sortedRecord(targets),
  };
}

/** The services, and those whose images they build from. */
function withContexts({ services }: Project, names: Iterable<string>): string[] {
  const all = new Set(names);
  // A service that is added can have contexts too.
  for (const name of all) {
    const build = services[name]?.build as ServiceBuild | undefined;
    for (const place of Object.values(build?.additional_contexts ?? {})) {
      const used = referredService(place);
      if (used !== undefined) all.add(used);
    }
  }
  return [...all];
}

/** Names of targets have no dots. */
const targetName = (service: string) => service.replaceAll('.', '_');

/** Text in which `bake` finds no variables of its own. */
const literal = (text: string) => text.replaceAll('${', () => '$${');

async function targetOf(
  project: Project,
  service: ProjectService,
  { check, push }: Parameters<typeof bakeFile>[2],
): Promise<object> {
  const build = service.build as ServiceBuild;
  const { dockerfile_inline: inline, entitlements = [] } = build;
  const platforms = platformsOf(service);
  const target = {
    context: build.context,
    contexts: sortedValues(build.additional_contexts, contextOf),
    dockerfile: inline === undefined ? await dockerfileOf(build) : undefined,
    'dockerfile-inline': inline && literal(inline),
    args: sortedValues(knownArgs(build), literal),
    labels: sortedValues(imageLabels(project, service), String),
    tags: [...(build.tags ?? []), service.image],
    'cache-from': build.cache_from,
    'cache-to': build.cache_to,
    target: build.target,
    secret: buildSecrets(project, build).map(secretText),
    ssh: build.ssh?.map((agent) => (agent.includes('=') ? agent : `${agent}=`)),
    platforms,
    pull: build.pull,
    'no-cache': build.no_cache,
    network: build.network,
    'shm-size': build.shm_size,
    ulimits: entriesOf(build.ulimits).map(limitText).sort(),
    call: check ? 'lint' : undefined,
    entitlements: [...entitlements, ...(build.privileged ? ['security.insecure'] : [])],
    'extra-hosts': hostsOf(build.extra_hosts ?? []),
    output: check ? undefined : outputOf(platforms, push),
    attest: [...attestation('provenance', build.provenance), ...attestation('sbom', build.sbom)],
  };
  return Object.fromEntries(Object.entries(target).filter(([, value]) => !isEmpty(value)));
}

const isEmpty = (value: unknown) =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0);

const sortedValues = (
  values: Readonly<Record<string, string>> = {},
  change: (value: string) => string,
) => sortedRecord(Object.entries(mapValues(values, change)));

function contextOf(place: string): string {
  const service = referredService(place);
  return service === undefined ? place : `target:${targetName(service)}`;
}

/** The Dockerfile behind links of the directories above it. */
async function dockerfileOf(build: ServiceBuild): Promise<string> {
  const path = dockerfilePath(build);
  if (!isAbsolute(path)) return path;
  // If the directory is missing, building says so.
  const directory = await realpath(dirname(path)).catch(unlessMissing);
  return join(directory ?? dirname(path), basename(path));
}

const secretText = (secret: SecretSource) =>
  'variable' in secret
    ? `id=${secret.id},type=env,env=${secret.variable}`
    : `id=${secret.id},type=file,src=${secret.file}`;

function limitText([name, limit]: [string, Ulimits[string]]): string {
  const { single, soft, hard } = typeof limit === 'number' ? { single: limit } : limit;
  return single === undefined ? `${name}=${soft}:${hard}` : `${name}=${single}`;
}

function hostsOf(hosts: readonly string[]): Record<string, string> {
  const addresses = new Map<string, string[]>();
  for (const host of hosts) {
    const [name, address = ''] = splitEntry(host, host.includes('=') ? '=' : ':');
    addresses.set(name, [...(addresses.get(name) ?? []), address]);
  }
  return sortedRecord([...addresses].map(([name, list]) => [name, list.join(',')] as const));
}

function outputOf(platforms: readonly string[] | undefined, push = false): string[] {
  if ((platforms?.length ?? 0) > 1) return [`type=image,push=${push}`];
  return [push ? 'type=registry' : 'type=docker'];
}

function attestation(type: string, value: string | undefined): string[] {
  if (!value || value === 'false') return [];
  return [value === 'true' ? `type=${type}` : `type=${type},${value}`];
}
