import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostConfigSchema } from '../../../../guest-agent/engine/containers/request/config.ts';
import { createRequest } from '../../../../guest-agent/grammar/create-request.ts';
import type {
  ContainerCreateRequest,
  EndpointSettings,
  HostConfig,
} from '../../../../guest-agent/grammar/engine-types.ts';
import { runCommand } from '../../../../guest-agent/grammar/run-command.ts';
import { quoteWords, splitWords } from '../../../../guest-agent/grammar/shell-words.ts';
import type { RunRequest } from '../../../api/run.ts';
import { askOf } from '../../../api/run-ask.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { findOption } from '../../boolean-flags.ts';
import type { CliContext } from '../../context.ts';
import { runWords } from '../../testing/run.ts';
import { standInContainer } from '../../testing/stand-in-container.ts';
import { define } from './run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

/** The request that a copied command line sends to the engine. */
async function requestOf(line: string) {
  standInContainer(engine, {}, async () => 0);
  const [, ...words] = splitWords(line) ?? [];
  expect((await runWords(engine, words)).stderr).toBe('');
  const created = engine.requests.find(({ path }) => path === '/containers/create');
  return { body: created?.body, query: created?.query };
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const full: RunRequest = {
  image: 'nginx:1',
  name: 'web',
  entrypoint: '/bin/sh',
  command: ['-c', "echo 'hi there'"],
  tty: true,
  ports: [
    { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
    { hostPort: 8081, containerPort: 80, protocol: 'tcp' },
    { address: '127.0.0.1', hostPort: 53, containerPort: 53, protocol: 'udp' },
    { address: '::1', containerPort: 443, protocol: 'tcp' },
    { containerPort: 9000, protocol: 'tcp' },
  ],
  mounts: [
    { source: 'data', target: '/data', readOnly: true },
    { target: '/cache', readOnly: false },
  ],
  env: ['A=b=c', 'EMPTY='],
  labels: { team: 'blue' },
  memory: 512 * 1024 ** 2,
  cpus: 1.5,
  pids: 100,
  diskRead: 10 * 1024 ** 2,
  diskWrite: 1000,
  networkOut: 5e6,
  networkIn: 0.5e6,
  restart: 'on-failure',
  restartCount: 3,
  network: 'front',
  hostname: 'box',
  user: '1000:1000',
  workdir: '/srv',
  readOnly: true,
  privileged: true,
  init: true,
};

test.each<[string, RunRequest]>([
  ['nothing', { image: 'nginx', tty: false }],
  ['everything', full],
  ['removal at its end', { image: 'busybox', tty: true, autoRemove: true }],
  ['an endless restart', { image: 'busybox', tty: false, restart: 'unless-stopped' }],
])('the command for %s sends the same request as the app', async (_name, asked) => {
  const request = createRequest(askOf(asked));
  const words = runCommand({ program: 'berth', request, name: asked.name });
  expect(words[0]).toBe('berth');
  expect(await requestOf(quoteWords(words))).toEqual({
    body: json(request),
    query: asked.name === undefined ? {} : { name: asked.name },
  });
});

/** Texts that shells and parsers often get wrong. */
const AWKWARD = [
  ...['two words', `it's "quoted"`, '$HOME `id` \\n \\', 'line\nbreak', 'grüße 日本語 🐳', ''],
  ...['-dash', '--flag=x', 'a,b=c:d', '*?[!]~#&|;<>()', '\t '],
];
const byName = (texts: readonly string[]) =>
  Object.fromEntries(texts.map((value, index) => [`name.${index}`, value]));

interface NoFlag {
  readonly noFlag: string;
}
const noFlag = (reason: string): NoFlag => ({ noFlag: reason });
const isSample = <Value>(value: Value | NoFlag): value is Value =>
  !(typeof value === 'object' && value !== null && 'noFlag' in value);

/** Values for every setting of the engine that the command must contain, or why no flag exists. */
type Samples<Settings> = {
  readonly [Name in keyof Settings]-?: readonly NonNullable<Settings[Name]>[] | NoFlag;
};

const rates = [[{ Path: '/dev/vdb', Rate: 1000 }], [{ Path: '/dev/vdb', Rate: 10 * 1024 ** 2 }]];
const folder = join(homedir(), 'two words', 'größe');

const HOST: Samples<HostConfig> = {
  Annotations: [byName(AWKWARD)],
  AutoRemove: [true],
  Binds: [['data:/data', 'data:/more:ro,nocopy', `${folder}:/src:rslave`, '/proc:/host']],
  BlkioDeviceReadBps: rates,
  BlkioDeviceReadIOps: rates,
  BlkioDeviceWriteBps: rates,
  BlkioDeviceWriteIOps: rates,
  BlkioWeight: [300],
  BlkioWeightDevice: [[{ Path: '/dev/vdb', Weight: 500 }]],
  CapAdd: [['CAP_NET_ADMIN', 'CAP_SYS_TIME']],
  CapDrop: [['ALL']],
  Cgroup: noFlag('a remnant of Docker Swarm'),
  CgroupParent: ['/mine and yours'],
  CgroupnsMode: ['host', 'private'],
  ConsoleSize: noFlag('the size of the terminal that the command runs in'),
  ContainerIDFile: noFlag('a file of the client: --cidfile'),
  CpuCount: noFlag('Windows containers'),
  CpuPercent: noFlag('Windows containers'),
  CpuPeriod: [50_000],
  CpuQuota: [25_000],
  CpuRealtimePeriod: [1_000_000],
  CpuRealtimeRuntime: [950_000],
  CpuShares: [512],
  CpusetCpus: ['0-2,4'],
  CpusetMems: ['0'],
  DeviceCgroupRules: [['c 189:* rmw', 'a *:* r']],
  DeviceRequests: noFlag('Berth has no --gpus'),
  Devices: [
    [
      { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'r' },
      { PathOnHost: '/dev/a', PathInContainer: '/dev/b c', CgroupPermissions: 'rw' },
    ],
  ],
  Dns: [['1.1.1.1', 'fd00::1']],
  DnsOptions: [['ndots:2']],
  DnsSearch: [['example.com', '.']],
  ExtraHosts: [['db:10.0.0.1', 'six:fd00::1', 'gate:host-gateway']],
  GroupAdd: [['audio', '1000']],
  IOMaximumBandwidth: noFlag('Windows containers'),
  IOMaximumIOps: noFlag('Windows containers'),
  Init: [true],
  IpcMode: ['shareable', 'container:other'],
  Isolation: noFlag('Windows containers'),
  Links: [['other', 'db:database']],
  LogConfig: [
    { Type: 'local', Config: {} },
    { Type: 'json-file', Config: { 'max-size': '10m', tag: '{{.Name}} $x' } },
  ],
  MaskedPaths: noFlag('Docker has no flag for it'),
  Memory: [64 * 1024 ** 2, 100_000_001],
  MemoryReservation: [1024 ** 3],
  MemorySwap: [-1, 2 * 1024 ** 3],
  MemorySwappiness: [0, 60],
  Mounts: [
    [
      { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true },
      { Type: 'volume', Target: '/new' },
      {
        ...{ Type: 'volume', Source: 'full', Target: '/full', Consistency: 'cached' },
        VolumeOptions: {
          ...{ NoCopy: true, Subpath: 'a/b, "c"', Labels: byName(AWKWARD) },
          DriverConfig: { Name: 'local', Options: { type: 'tmpfs', o: 'size=1m,ro' } },
        },
      },
      { Type: 'bind', Source: folder, Target: '/ü "x", y' },
      {
        ...{ Type: 'bind', Source: folder, Target: '/b', ReadOnly: true },
        BindOptions: { Propagation: 'rslave', NonRecursive: true },
      },
      { Type: 'bind', Source: folder, Target: '/c', BindOptions: { ReadOnlyNonRecursive: true } },
      { Type: 'bind', Source: folder, Target: '/d', BindOptions: { ReadOnlyForceRecursive: true } },
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1_000_000, Mode: 0o1770 } },
      { Type: 'tmpfs', Target: '/u' },
      { Type: 'image', Source: 'busybox', Target: '/i', ImageOptions: { Subpath: 'bin' } },
    ],
  ],
  NanoCpus: [1_500_000_000, 1, 10_000_000],
  NetworkMode: ['none', 'host', 'default', 'front', 'container:other'],
  OomKillDisable: [true],
  OomScoreAdj: [-5],
  PidMode: ['host'],
  PidsLimit: [100, -1],
  PortBindings: noFlag('see the ports below: they are exposed too'),
  Privileged: [true],
  PublishAllPorts: [true],
  ReadonlyPaths: noFlag('Docker has no flag for it'),
  ReadonlyRootfs: [true],
  RestartPolicy: [
    { Name: 'always' },
    { Name: 'unless-stopped' },
    { Name: 'on-failure', MaximumRetryCount: 0 },
    { Name: 'on-failure', MaximumRetryCount: 3 },
  ],
  Runtime: ['crun'],
  SecurityOpt: [['no-new-privileges', 'apparmor=my profile']],
  ShmSize: [1024 ** 3],
  StorageOpt: noFlag('Berth’s engine ignores them'),
  Sysctls: [{ 'net.core.somaxconn': '1024', 'kernel.msg': 'a b' }],
  Tmpfs: [{ '/run': 'size=1m,mode=700', '/tmp': '', '/with space': 'rw' }],
  UTSMode: ['host'],
  Ulimits: [
    [
      { Name: 'nofile', Soft: 1024, Hard: 2048 },
      { Name: 'core', Soft: -1, Hard: -1 },
    ],
  ],
  UsernsMode: ['host'],
  VolumeDriver: ['local'],
  VolumesFrom: [['other:ro', 'c0ffee']],
};

const endpoint: EndpointSettings = {
  Aliases: ['db', 'two words'],
  Links: ['other:o'],
  MacAddress: '02:00:00:00:00:01',
  IPAMConfig: { IPv4Address: '10.0.0.9', IPv6Address: 'fd00::9' },
  DriverOpts: { x: 'y=z', list: 'a,b "c"' },
  GwPriority: -3,
};

const nanoseconds = { Interval: 90e9, Timeout: 1.5e9, StartPeriod: 500e6, StartInterval: 20e3 };

const BODY: Samples<Omit<ContainerCreateRequest, 'HostConfig'>> = {
  ArgsEscaped: noFlag('Windows containers'),
  AttachStderr: noFlag('see the streams below'),
  AttachStdin: noFlag('see the streams below'),
  AttachStdout: noFlag('see the streams below'),
  Cmd: [AWKWARD.slice(1), ['--rm', '-it'], ['x', '--', '-y']],
  Domainname: ['example.org'],
  Entrypoint: [['/bin/two words'], ['-x'], ['']],
  Env: [AWKWARD.map((value, index) => `NAME_${index}=${value}`)],
  ExposedPorts: [{ '80/tcp': {}, '53/udp': {}, '9/sctp': {} }],
  Healthcheck: [
    { Test: ['NONE'] },
    { Test: ['CMD-SHELL', AWKWARD.join(' ')], Retries: 2, ...nanoseconds },
    { Interval: 1e9 },
  ],
  Hostname: ['box'],
  Image: ['localhost:5000/a/b:1@sha256:c0ffee'],
  Labels: [byName(AWKWARD), { 'berth.network.rate': 'egress=5mbit,ingress=20mbit' }],
  NetworkDisabled: noFlag('Docker has no flag for it'),
  NetworkingConfig: noFlag('see the networks below'),
  OnBuild: noFlag('of images'),
  OpenStdin: [true],
  Shell: noFlag('of images'),
  StdinOnce: noFlag('depends on the attached streams'),
  StopSignal: ['SIGRTMIN+3'],
  StopTimeout: [0, 30],
  Tty: [true],
  User: ['two words:1000'],
  Volumes: [{ '/cache': {}, '/two words': {} }],
  WorkingDir: ['/srv/größe "x"'],
};

const base = createRequest({ image: 'busybox' });
const inHost = (settings: HostConfig): ContainerCreateRequest => ({
  ...base,
  HostConfig: { ...base.HostConfig, ...settings },
});
const onNetworks = (mode: string, endpoints: Record<string, EndpointSettings>) => ({
  ...inHost({ NetworkMode: mode }),
  NetworkingConfig: { EndpointsConfig: endpoints },
});

const { Links: _links, ...unlinked } = endpoint;
const bindings: NonNullable<HostConfig['PortBindings']> = {
  '80/tcp': [
    { HostIp: '', HostPort: '8080' },
    { HostIp: '', HostPort: '' },
  ],
  '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
  '443/tcp': [{ HostIp: '::1', HostPort: '' }],
  '90/sctp': [{ HostIp: '', HostPort: '8000-8010' }],
};
const exposed = Object.fromEntries(Object.keys(bindings).map((port) => [port, {}]));

/** Settings that only make sense together. */
const TOGETHER: readonly (readonly [string, ContainerCreateRequest])[] = [
  ['ports', { ...inHost({ PortBindings: bindings }), ExposedPorts: exposed }],
  [
    'one published and one exposed port',
    {
      ...inHost({ PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } }),
      ExposedPorts: { '7000/tcp': {}, '80/tcp': {} },
    },
  ],
  ['all about a network', onNetworks('front', { front: endpoint })],
  ['the default network', onNetworks('default', { default: { Aliases: ['www'] } })],
  ['several networks', onNetworks('front', { front: {}, back: unlinked })],
  ['streams', { ...base, AttachStdout: true, AttachStderr: true }],
  ['one stream', { ...base, AttachStderr: true }],
  ['standard input', { ...base, ...{ AttachStdin: true, StdinOnce: true } }],
  [
    'typing',
    {
      ...{ ...base, OpenStdin: true, AttachStdin: true, StdinOnce: true },
      ...{ AttachStdout: true, AttachStderr: true },
    },
  ],
  ['a terminal to look at', { ...base, Tty: true, AttachStdout: true, AttachStderr: true }],
  ['a terminal to attach to later', { ...base, Tty: true, OpenStdin: true }],
  ['kernel memory', inHost({ KernelMemory: 8_388_608 } as HostConfig)],
];

const samples = <Settings extends object>(
  table: Samples<Settings>,
  request: (settings: Settings) => ContainerCreateRequest,
) =>
  Object.entries<readonly unknown[] | NoFlag>(table as never).flatMap(([name, values]) =>
    isSample(values)
      ? values.map((value) => [name, request({ [name]: value } as Settings)] as const)
      : [],
  );

const ALL: readonly (readonly [string, ContainerCreateRequest])[] = [
  ...samples(HOST, inHost),
  ...samples(BODY, (settings) => ({ ...base, ...settings })),
  ...TOGETHER,
];

describe('the command for a request sends the same request', () => {
  test.each(ALL)('%s (%#)', async (_name, request) => {
    const words = runCommand({ program: 'berth', request });
    expect((await requestOf(quoteWords(words))).body).toEqual(json(request));
  });

  test.each(['Mounts', 'Devices'] as const)("also as the engine's document has it: %s", (name) => {
    const [settings] = HOST[name] as unknown as readonly [HostConfig[typeof name]];
    const asked = inHost({ [name]: settings });
    const encoded = hostConfigSchema.parse(asked.HostConfig)[name] as HostConfig[typeof name];
    const words = (request: ContainerCreateRequest) => runCommand({ program: 'berth', request });
    // The engine keeps no consistency, which only means something to Docker Desktop.
    const expected = words(asked).map((word) => word.replace(',consistency=cached', ''));
    expect(words(inHost({ [name]: encoded }))).toEqual(expected);
  });

  test('including its name and its platform', async () => {
    const query = { name: 'web', platform: 'linux/arm64' };
    const words = runCommand({ program: 'berth', request: base, ...query });
    expect((await requestOf(quoteWords(words))).query).toEqual(query);
  });

  test('the docker command has none of Berth’s own flags', async () => {
    const request = { ...base, Labels: { 'berth.network.rate': '10mbit' } };
    const words = runCommand({ program: 'docker', request });
    expect(words).toContain('berth.network.rate=10mbit');
    expect((await requestOf(quoteWords(words))).body).toEqual(json(request));
  });

  test('the words of an entry point after the first become arguments', () => {
    const request = { ...base, Entrypoint: ['sh', '-c'], Cmd: ['true'] };
    const words = runCommand({ program: 'docker', request });
    expect(words.slice(2)).toEqual(['-d', '--entrypoint', 'sh', 'busybox', '-c', 'true']);
  });

  test('a health check as a list of words becomes a shell command line', () => {
    const request = { ...base, Healthcheck: { Test: ['CMD', 'probe', 'a b'] } };
    const words = runCommand({ program: 'docker', request });
    expect(words).toContain("probe 'a b'");
  });
});

/** Flags of `run` that aren't part of the request. */
const UNSHOWN: Readonly<Record<string, string>> = {
  '--cidfile': 'a file that the command writes',
  '--detach-keys': 'how the command ends',
  '--env-file': 'shown as --env',
  '--label-file': 'shown as --label',
  '--no-sig-proxy': 'what the command does with signals',
  '--sig-proxy': 'what the command does with signals',
  '--pull': 'what happens before',
  '--quiet': 'what happens before',
};

test('the command uses every flag of `run` for some request', () => {
  const command = new Command('run');
  define(command, {} as CliContext);
  const shown = ALL.flatMap(([, request]) => runCommand({ program: 'berth', request }))
    .flatMap((word) => (/^-\w+$/.test(word) ? [...word.slice(1)].map((one) => `-${one}`) : word))
    .map((word) => findOption(command, word)?.long);
  const flags = command.options.map(({ long }) => long ?? '');
  const missing = flags.filter((flag) => !shown.includes(flag) && !(flag in UNSHOWN));
  // The name and the platform aren't part of the request's body.
  expect(missing).toEqual(['--name', '--platform']);
  expect(Object.keys(UNSHOWN).filter((flag) => !flags.includes(flag))).toEqual([]);
});
