import * as z from 'zod';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { GrammarError } from '../../../../guest-agent/grammar/grammar-error.ts';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { parseExposed } from '../../../../guest-agent/grammar/port.ts';
import { splitWords } from '../../../../guest-agent/grammar/shell-words.ts';
import { buildSchema } from './build-schema.ts';
import { deploySchema } from './deploy-schema.ts';
import { fileReference } from './file-reference-schema.ts';
import { mountSchema } from './mount-schema.ts';
import { portsSchema } from './port-schema.ts';
import { restartPolicyOf } from './restart.ts';
import { ulimits } from './ulimits.ts';
import {
  boolean,
  check,
  duration,
  environment,
  integer,
  mapOf,
  mapping,
  number,
  read,
  size,
  spec,
  text,
  texts,
} from './units.ts';

/**
 * The Compose specification's service. Each key parses to its long form, and the keys are in the
 * order of Docker's own model. Both affect the config hash, so `docker compose` and Berth compute
 * the same hash.
 */

const command = z
  .union([z.string(), z.array(text)])
  .nullable()
  .transform((value, context) => {
    const words = typeof value === 'string' ? splitWords(value) : value;
    if (words !== undefined) return words;
    context.addIssue({ code: 'custom', message: `the command has an unclosed quote` });
    return z.NEVER;
  });

const dependency = spec({
  condition: z
    .enum(['service_started', 'service_healthy', 'service_completed_successfully'])
    .default('service_started'),
  restart: boolean.optional(),
  required: boolean.default(true),
});

const dependsOn = z.union([
  z
    .array(text)
    .transform(
      (names): Record<string, z.output<typeof dependency>> =>
        Object.fromEntries(
          [...names].sort().map((name) => [name, { condition: 'service_started', required: true }]),
        ),
    ),
  mapOf(dependency),
]);

/** `SOURCE[:TARGET[:PERMISSIONS]]`. Unlike `--device`, the second part is always the target. */
function shortDevice(entry: string) {
  const [source = '', target, permissions = 'rwm', ...more] = entry.split(':');
  if (more.length > 0) {
    throw new GrammarError(`confusing device mapping, please use long syntax: ${entry}`);
  }
  return { source, target: target || source, permissions };
}

const device = z.union([
  z.string().transform(read(shortDevice)),
  spec({ source: text, target: text.optional(), permissions: text.default('rwm') }),
]);

const healthcheck = spec({
  test: z.union([z.string().transform((line) => ['CMD-SHELL', line]), z.array(text)]).optional(),
  timeout: duration.optional(),
  interval: duration.optional(),
  retries: integer.optional(),
  start_period: duration.optional(),
  start_interval: duration.optional(),
  disable: boolean.optional(),
});

const exposed = text.transform(check(parseExposed));

const extraHost = (entry: string) => {
  parseExtraHost(entry);
  const [name, address] = splitEntry(entry, entry.includes('=') ? '=' : ':');
  return `${name}=${address?.replace(/^\[(.*)\]$/, '$1')}`;
};

const extraHosts = z
  .union([
    z.array(text.transform(read(extraHost))),
    z.record(z.string(), texts).transform((map, context) =>
      Object.entries(map).flatMap(([name, all]) => {
        const readAt = read(extraHost, [name]);
        return all.map((address) => readAt(`${name}=${address}`, context));
      }),
    ),
  ])
  .transform((hosts) => hosts.sort());

const restart = text.transform(check((policy) => policy === '' || restartPolicyOf(policy)));

const endpoint = spec({
  aliases: texts.optional(),
  driver_opts: mapping.optional(),
  gw_priority: integer.optional(),
  interface_name: text.optional(),
  ipv4_address: text.optional(),
  ipv6_address: text.optional(),
  link_local_ips: texts.optional(),
  mac_address: text.optional(),
  priority: integer.optional(),
}).nullable();

const serviceNetworks = z.union([
  z
    .array(text)
    .transform((names) =>
      Object.fromEntries(
        [...names].sort().map((name): [string, z.output<typeof endpoint>] => [name, null]),
      ),
    ),
  mapOf(endpoint),
]);

const envFile = z
  .union([
    texts,
    z.array(
      z.union([
        z.string(),
        spec({ path: text, required: boolean.default(true), format: text.optional() }),
      ]),
    ),
  ])
  .transform((files) =>
    files.map((file) => (typeof file === 'string' ? { path: file, required: true } : file)),
  );

/** Keys that Docker knows but that have no effect here: accepted with a warning. */
export const IGNORED_KEYS = [
  ...['develop', 'blkio_config', 'cpu_count', 'cpu_percent', 'cpu_rt_period', 'cpu_rt_runtime'],
  ...['credential_spec', 'gpus', 'isolation', 'models', 'post_start', 'pre_stop', 'provider'],
  'use_api_socket',
] as const;

const serviceShape = {
  profiles: texts.optional(),
  annotations: mapping.optional(),
  attach: boolean.optional(),
  build: buildSchema.optional(),
  cap_add: texts.optional(),
  cap_drop: texts.optional(),
  cgroup_parent: text.optional(),
  cgroup: text.optional(),
  cpu_period: integer.optional(),
  cpu_quota: integer.optional(),
  cpus: number.optional(),
  cpuset: text.optional(),
  cpu_shares: integer.optional(),
  command: command.optional(),
  configs: z.array(fileReference(() => ({}))).optional(),
  container_name: text.optional(),
  depends_on: dependsOn.optional(),
  deploy: deploySchema.optional(),
  device_cgroup_rules: texts.optional(),
  devices: z.array(device).optional(),
  dns: texts.optional(),
  dns_opt: texts.optional(),
  dns_search: texts.optional(),
  domainname: text.optional(),
  entrypoint: command.optional(),
  environment: environment.optional(),
  env_file: envFile.optional(),
  expose: z.union([exposed.transform((port) => [port]), z.array(exposed)]).optional(),
  extends: z
    .union([
      text.transform((service) => ({ service })),
      spec({ service: text, file: text.optional() }),
    ])
    .optional(),
  external_links: texts.optional(),
  extra_hosts: extraHosts.optional(),
  group_add: texts.optional(),
  hostname: text.optional(),
  healthcheck: healthcheck.optional(),
  image: text.optional(),
  init: boolean.optional(),
  ipc: text.optional(),
  labels: mapping.optional(),
  links: texts.optional(),
  logging: spec({ driver: text.optional(), options: mapping.optional() }).optional(),
  mem_limit: size.optional(),
  mem_reservation: size.optional(),
  memswap_limit: size.optional(),
  mem_swappiness: size.optional(),
  mac_address: text.optional(),
  network_mode: text.optional(),
  networks: serviceNetworks.optional(),
  oom_kill_disable: boolean.optional(),
  oom_score_adj: integer.optional(),
  pid: text.optional(),
  pids_limit: integer.optional(),
  platform: text.optional(),
  ports: portsSchema.optional(),
  privileged: boolean.optional(),
  pull_policy: text.optional(),
  read_only: boolean.optional(),
  restart: restart.optional(),
  runtime: text.optional(),
  scale: integer.optional(),
  secrets: z.array(fileReference((source) => ({ target: `/run/secrets/${source}` }))).optional(),
  security_opt: texts.optional(),
  shm_size: size.optional(),
  stdin_open: boolean.optional(),
  stop_grace_period: duration.optional(),
  stop_signal: text.optional(),
  storage_opt: mapping.optional(),
  sysctls: mapping.optional(),
  tmpfs: texts.optional(),
  tty: boolean.optional(),
  ulimits: ulimits.optional(),
  user: text.optional(),
  userns_mode: text.optional(),
  uts: text.optional(),
  volumes: z.array(mountSchema).optional(),
  volumes_from: texts.optional(),
  working_dir: text.optional(),
};

export const serviceSchema = spec({
  ...serviceShape,
  ...(Object.fromEntries(IGNORED_KEYS.map((key) => [key, z.unknown().optional()])) as Record<
    (typeof IGNORED_KEYS)[number],
    z.ZodOptional<z.ZodUnknown>
  >),
});
export type Service = Omit<z.output<typeof serviceSchema>, (typeof IGNORED_KEYS)[number]>;

/** The keys of a service, in Docker's order. */
export const SERVICE_KEYS: readonly string[] = Object.keys(serviceShape);
