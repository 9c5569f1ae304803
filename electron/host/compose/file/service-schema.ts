import * as z from 'zod';
import { parseDuration } from '../../../../guest-agent/grammar/duration.ts';
import { GrammarError } from '../../../../guest-agent/grammar/grammar-error.ts';
import { parseExposed } from '../../../../guest-agent/grammar/port.ts';
import { buildSchema } from './build-schema.ts';
import { command } from './command-schema.ts';
import { deploySchema } from './deploy-schema.ts';
import { developSchema } from './develop-schema.ts';
import { gpusSchema } from './device-request-schema.ts';
import { extraHosts } from './extra-hosts-schema.ts';
import { fileReference } from './file-reference-schema.ts';
import { hook } from './hook-schema.ts';
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
  replicas,
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
export function shortDevice(entry: string): {
  source: string;
  target: string;
  permissions: string;
} {
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

const healthTest = z
  .array(text)
  .refine(
    ([kind]) => kind === undefined || ['CMD', 'CMD-SHELL', 'NONE'].includes(kind),
    'must start either by "CMD", "CMD-SHELL" or "NONE"',
  );

const healthcheck = spec({
  test: z.union([z.string().transform((line) => ['CMD-SHELL', line]), healthTest]).optional(),
  timeout: duration.optional(),
  interval: duration.optional(),
  retries: integer.optional(),
  start_period: duration.optional(),
  start_interval: duration.optional(),
  disable: boolean.optional(),
});

const exposed = text.transform(check(parseExposed));

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

const pullPolicy = z
  .string()
  .regex(
    /^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$/,
    'must be always, never, build, if_not_present, missing, refresh, daily, weekly or every_DURATION',
  )
  .transform((policy) => (policy === 'if_not_present' ? 'missing' : policy));

/** A time in microseconds, also as a duration. */
const microseconds = z.union([
  integer,
  duration.transform((text) => Math.round((parseDuration(text) ?? 0) / 1000)),
]);

/** A program that provides the service instead of a container. */
const provider = spec({
  type: text,
  options: mapOf(texts).optional(),
});

/** The language models that a service uses. */
const models = z.union([
  z.array(text).transform((names) => Object.fromEntries(names.map((name) => [name, null]))),
  mapOf(spec({ endpoint_var: text.optional(), model_var: text.optional() }).nullable()),
]);

const weightDevice = spec({ path: text, weight: integer });
const throttleDevice = spec({ path: text, rate: size });

/** Weights and limits for disks. */
const blkio = spec({
  weight: integer.optional(),
  weight_device: z.array(weightDevice).optional(),
  device_read_bps: z.array(throttleDevice).optional(),
  device_read_iops: z.array(throttleDevice).optional(),
  device_write_bps: z.array(throttleDevice).optional(),
  device_write_iops: z.array(throttleDevice).optional(),
});

const serviceShape = {
  profiles: texts.optional(),
  annotations: mapping.optional(),
  attach: boolean.optional(),
  build: buildSchema.optional(),
  develop: developSchema.optional(),
  blkio_config: blkio.optional(),
  cap_add: texts.optional(),
  cap_drop: texts.optional(),
  cgroup_parent: text.optional(),
  cgroup: text.optional(),
  cpu_count: integer.optional(),
  cpu_percent: number.optional(),
  cpu_period: integer.optional(),
  cpu_quota: integer.optional(),
  cpu_rt_period: microseconds.optional(),
  cpu_rt_runtime: microseconds.optional(),
  cpus: number.optional(),
  cpuset: text.optional(),
  cpu_shares: integer.optional(),
  command: command.optional(),
  configs: z.array(fileReference(() => ({}))).optional(),
  container_name: text.optional(),
  credential_spec: spec({
    config: text.optional(),
    file: text.optional(),
    registry: text.optional(),
  }).optional(),
  depends_on: dependsOn.optional(),
  deploy: deploySchema.optional(),
  device_cgroup_rules: texts.optional(),
  devices: z.array(device).optional(),
  dns: texts.optional(),
  dns_opt: texts.optional(),
  dns_search: texts.optional(),
  domainname: text.optional(),
  entrypoint: command.optional(),
  provider: provider.optional(),
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
  gpus: gpusSchema.optional(),
  hostname: text.optional(),
  healthcheck: healthcheck.optional(),
  image: text.optional(),
  init: boolean.optional(),
  ipc: text.optional(),
  isolation: text.optional(),
  labels: mapping.optional(),
  label_file: texts.optional(),
  links: texts.optional(),
  logging: spec({ driver: text.optional(), options: mapping.optional() }).optional(),
  mem_limit: size.optional(),
  mem_reservation: size.optional(),
  memswap_limit: size.optional(),
  mem_swappiness: size.optional(),
  mac_address: text.optional(),
  models: models.optional(),
  network_mode: text.optional(),
  networks: serviceNetworks.optional(),
  oom_kill_disable: boolean.optional(),
  oom_score_adj: integer.optional(),
  pid: text.optional(),
  pids_limit: integer.optional(),
  platform: text.optional(),
  ports: portsSchema.optional(),
  privileged: boolean.optional(),
  pull_policy: pullPolicy.optional(),
  // Docker Compose ignores it too.
  pull_refresh_after: text.transform((): undefined => undefined).optional(),
  read_only: boolean.optional(),
  restart: restart.optional(),
  runtime: text.optional(),
  scale: replicas.optional(),
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
  use_api_socket: boolean.optional(),
  user: text.optional(),
  userns_mode: text.optional(),
  uts: text.optional(),
  volumes: z.array(mountSchema).optional(),
  volumes_from: texts.optional(),
  working_dir: text.optional(),
  post_start: z.array(hook).optional(),
  pre_stop: z.array(hook).optional(),
};

export const serviceSchema = spec(serviceShape);
export type Service = z.output<typeof serviceSchema>;

/** The keys of a service, in Docker's order. */
export const SERVICE_KEYS: readonly string[] = Object.keys(serviceShape);
