import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { isRecord } from '../../base/is-record.ts';

/** What identifies an entry of a list: a later entry replaces an earlier one with the same identity. */
type Identity = (entry: unknown) => string;

const field =
  (name: string): Identity =>
  (entry) =>
    String(isRecord(entry) ? entry[name] : entry);

/** The part before `=`. */
const key: Identity = (entry) => splitEntry(String(entry))[0];

const port: Identity = (entry) => {
  if (!isRecord(entry)) return String(entry);
  const { host_ip: address = '0.0.0.0', published, target, protocol = 'tcp' } = entry;
  return JSON.stringify([address, published ?? null, target, protocol]);
};

const file: Identity = (entry) =>
  isRecord(entry) ? String(entry.target ?? `/${entry.source}`) : String(entry);

const identities: Readonly<Record<string, Identity>> = {
  'services.*.build.extra_hosts': String,
  'services.*.build.tags': key,
  'services.*.cap_add': key,
  'services.*.cap_drop': key,
  'services.*.configs': file,
  'services.*.devices': field('target'),
  'services.*.dns': key,
  'services.*.dns_opt': key,
  'services.*.dns_search': key,
  'services.*.env_file': field('path'),
  'services.*.expose': String,
  'services.*.extra_hosts': String,
  'services.*.links': key,
  'services.*.networks.*.aliases': key,
  'services.*.networks.*.link_local_ips': key,
  'services.*.ports': port,
  'services.*.profiles': key,
  'services.*.secrets': file,
  'services.*.tmpfs': key,
  'services.*.volumes': field('target'),
  'networks.*.ipam.config': field('subnet'),
};

/** Maps that can be written as a list of `NAME=value`. */
const LISTED = new Set([
  ...['networks.*.labels', 'volumes.*.labels', 'services.*.annotations', 'services.*.build.args'],
  ...[
    'services.*.build.additional_contexts',
    'services.*.build.labels',
    'services.*.deploy.labels',
  ],
  ...['services.*.environment', 'services.*.extra_hosts', 'services.*.build.extra_hosts'],
  ...['services.*.labels', 'services.*.sysctls'],
]);

export const isListed = (pattern: string): boolean => LISTED.has(pattern);

/** A map as a sorted list of `NAME=value`. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return [value];
  return Object.entries(value)
    .flatMap(([name, item]) =>
      item === null
        ? [name]
        : (Array.isArray(item) ? item : [item]).map((each) => `${name}=${String(each)}`),
    )
    .sort();
}

/** The lists in which repeated entries count once. */
export const UNIQUE_LISTS: readonly string[] = [...Object.keys(identities), ...LISTED];

/** Appends a list to the list of an earlier file. `pattern` is the path, with `*` for people's names. */
export function joinLists(
  pattern: string,
  base: readonly unknown[],
  over: readonly unknown[],
): unknown[] {
  const identity = identities[pattern] ?? (isListed(pattern) ? key : undefined);
  if (!identity) return [...base, ...over];
  const joined = new Map<string, unknown>();
  for (const entry of [...base, ...over]) {
    const before = joined.get(identity(entry));
    const isPool = pattern === 'networks.*.ipam.config' && isRecord(before) && isRecord(entry);
    joined.set(identity(entry), isPool ? { ...before, ...entry } : entry);
  }
  return [...joined.values()];
}
