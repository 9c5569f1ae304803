import { execFileSync } from 'node:child_process';

/**
 * Prints the containers, networks and volumes of the project that the first argument names, as far as
 * Compose chose them: without IDs, times and addresses that the engine chose.
 */
const [project = ''] = process.argv.slice(2);
const filter = ['--filter', `label=com.docker.compose.project=${project}`];
const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' });
const named = (...args: string[]) => docker(...args, ...filter, '--format', '{{.Name}}');
const words = (text: string) => text.split('\n').filter(Boolean).sort();

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
  readonly Config: Readonly<Record<string, unknown>> & {
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly Mounts: readonly Readonly<Record<string, unknown>>[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

/** These depend on the folder or on the engine's images. */
const OTHER_LABELS = /\.(config-hash|image|project\.config_files|project\.working_dir)$/;
const HOST = [
  ...['NetworkMode', 'PortBindings', 'RestartPolicy', 'CapAdd', 'CapDrop', 'Dns', 'DnsOptions'],
  ...['DnsSearch', 'ExtraHosts', 'GroupAdd', 'IpcMode', 'OomScoreAdj', 'Privileged'],
  ...['ReadonlyRootfs', 'SecurityOpt', 'Tmpfs', 'ShmSize', 'Sysctls', 'CpuShares', 'Memory'],
  ...['NanoCpus', 'Devices', 'DeviceCgroupRules', 'MemoryReservation', 'MemorySwap', 'PidsLimit'],
  ...['Ulimits', 'Init', 'LogConfig'],
];
const CONFIG = [
  ...['Hostname', 'Domainname', 'User', 'Tty', 'OpenStdin', 'Cmd', 'Entrypoint', 'WorkingDir'],
  ...['StopSignal', 'StopTimeout', 'Healthcheck'],
];

const ids = words(docker('ps', '-aq', '--no-trunc', ...filter));
const containers: Inspected[] = ids.length > 0 ? JSON.parse(docker('inspect', ...ids)) : [];
const nameOfId = new Map(containers.map(({ Id, Name }) => [Id, Name]));
/** IDs of containers as names, and nothing for values that aren't set. */
const comparable = (_: string, value: unknown): unknown => {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return;
  if (typeof value !== 'string') return value;
  return value.replace(/^container:(.*)$/, (_all, id) => `container:${nameOfId.get(id)}`);
};
/** Docker keeps the lists of maps in any order. */
const sorted = (list: unknown) => (Array.isArray(list) ? [...list].sort(byText) : list);
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const show = (value: unknown) => JSON.stringify(value, comparable);
const pick = (from: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, from[key]]));

for (const container of containers.sort((a, b) => (a.Name < b.Name ? -1 : 1))) {
  const { Name, State, Config, HostConfig, Mounts, NetworkSettings } = container;
  const { Hostname, ...config } = pick(Config, CONFIG);
  console.log(`${Name} ${State.Status} ${State.ExitCode}`);
  console.log(
    show({ ...config, Hostname: container.Id.startsWith(`${Hostname}`) ? '' : Hostname }),
  );
  const host = pick(HostConfig, HOST);
  const limits = (host.Ulimits as { Name: string; Soft: number; Hard: number }[] | null) ?? [];
  const ulimits = limits.map(({ Name: limit, Soft, Hard }) => [limit, Soft, Hard]);
  const { ExposedPorts } = Config;
  console.log(
    Object.keys(ExposedPorts ?? {})
      .filter((port) => port.includes('/'))
      .sort()
      .join(' '),
  );
  console.log(show({ ...host, ExtraHosts: sorted(host.ExtraHosts), Ulimits: sorted(ulimits) }));
  console.log(show([...Config.Env].sort()));
  console.log(
    show(
      Object.entries(Config.Labels)
        .filter(([key]) => !OTHER_LABELS.test(key))
        .map(([key, value]) => [key, value.split(',').sort().join(',')])
        .sort(),
    ),
  );
  console.log(
    show(
      Mounts.map(({ Type, Name: volume, Destination, RW }) => [
        Destination,
        Type,
        volume,
        RW,
      ]).sort(),
    ),
  );
  for (const [network, { Aliases }] of Object.entries(NetworkSettings.Networks).sort()) {
    const aliases = (Aliases ?? []).filter((alias) => !container.Id.startsWith(alias)).sort();
    console.log(`${network} ${aliases.join(' ')}`);
  }
}
for (const name of words(named('network', 'ls'))) {
  const [network] = JSON.parse(docker('network', 'inspect', name));
  const { Driver, Internal, Attachable, Options, IPAM, Labels } = network;
  const { 'com.docker.compose.config-hash': _, ...labels } = Labels;
  const chosen = project === 'addresses' ? IPAM.Config : [];
  console.log(
    show([name, Driver, Internal, Attachable, Options, chosen, Object.entries(labels).sort()]),
  );
}
for (const name of words(named('volume', 'ls'))) {
  const [volume] = JSON.parse(docker('volume', 'inspect', name));
  const { 'com.docker.compose.config-hash': _, ...labels } = volume.Labels;
  console.log(show([name, volume.Driver, volume.Options, Object.entries(labels).sort()]));
}
