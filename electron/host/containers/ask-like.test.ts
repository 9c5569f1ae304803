import { expect, it } from 'vitest';
import { encodeHostConfig } from '../../../guest-agent/api/encode/host-config.ts';
import type { ContainerRecord } from '../../../guest-agent/engine/containers/record/container.ts';
import { hostConfigSchema } from '../../../guest-agent/engine/containers/request/config.ts';
import { createRequest } from '../../../guest-agent/grammar/create-request.ts';
import { runCommand } from '../../../guest-agent/grammar/run-command.ts';
import type { Config } from '../engine/config-schema.ts';
import { containerInspectionSchema } from '../engine/container-inspection.ts';
import { imageInspectionSchema } from '../engine/images.ts';
import { askLike } from './ask-like.ts';

const ID = `${'c0ffee'.repeat(10)}cafe`;

const IMAGE = {
  Id: 'sha256:1',
  Config: {
    Env: ['PATH=/bin'],
    Cmd: ['serve'],
    Entrypoint: ['/entry'],
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/cache': {} },
    Labels: { maker: 'image' },
    WorkingDir: '/srv',
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 },
  },
};
const image = imageInspectionSchema.parse(IMAGE).Config as Config;

/** An engine's document of a container that was created with nothing but an image. */
const plain = {
  ...{ Id: ID, Name: '/web', Image: IMAGE.Id, RestartCount: 0 },
  Config: {
    ...{ Hostname: ID.slice(0, 12), Domainname: '', User: '', Image: 'nginx:1' },
    ...{ AttachStdin: false, AttachStdout: true, AttachStderr: true },
    ...{ Tty: false, OpenStdin: false, StdinOnce: false },
    ...IMAGE.Config,
    OnBuild: null,
  },
  HostConfig: {
    ...{ Binds: null, ContainerIDFile: '', LogConfig: { Type: 'json-file', Config: {} } },
    ...{ NetworkMode: 'bridge', PortBindings: {}, AutoRemove: false, VolumeDriver: '' },
    ...{ RestartPolicy: { Name: 'no', MaximumRetryCount: 0 }, VolumesFrom: null },
    ...{ ConsoleSize: [0, 0], CapAdd: null, CapDrop: null, CgroupnsMode: 'private', Dns: [] },
    ...{ DnsOptions: [], DnsSearch: [], ExtraHosts: null, GroupAdd: null, IpcMode: 'private' },
    ...{ Cgroup: '', Links: null, OomScoreAdj: 0, PidMode: '', Privileged: false },
    ...{ PublishAllPorts: false, ReadonlyRootfs: false, SecurityOpt: null, UTSMode: '' },
    ...{ UsernsMode: '', ShmSize: 67_108_864, Runtime: 'crun', Isolation: '', CpuShares: 0 },
    ...{ Memory: 0, NanoCpus: 0, CgroupParent: '', BlkioWeight: 0, BlkioWeightDevice: [] },
    ...{ BlkioDeviceReadBps: [], BlkioDeviceWriteBps: null, CpuPeriod: 0, CpuQuota: 0 },
    ...{ CpusetCpus: '', CpusetMems: '', Devices: [], DeviceCgroupRules: null },
    ...{ MemoryReservation: 0, MemorySwap: 0, MemorySwappiness: null, OomKillDisable: false },
    ...{ PidsLimit: null, Ulimits: [], CpuCount: 0, CpuPercent: 0, IOMaximumIOps: 0 },
    ...{ MaskedPaths: ['/proc/kcore'], ReadonlyPaths: ['/proc/sys'] },
  },
  Mounts: [],
  NetworkSettings: {
    Networks: {
      bridge: {
        ...{ IPAMConfig: null, Links: null, Aliases: null, MacAddress: '02:42:ac:11:00:02' },
        ...{ DriverOpts: null, GwPriority: 0, IPAddress: '172.17.0.2', Gateway: '172.17.0.1' },
      },
    },
  },
  State: { Running: true },
};

const requestLike = (raw: object) =>
  createRequest(askLike(raw, containerInspectionSchema.parse(raw), image));
const wordsLike = (raw: object) => runCommand({ program: 'docker', request: requestLike(raw) });

it('omits defaults of the image and the engine', () => {
  expect(wordsLike(plain)).toEqual(['docker', 'run', '-d', 'nginx:1']);
  const raw = { ...plain, HostConfig: { ...plain.HostConfig, Memory: 8e6, MemorySwap: 16e6 } };
  expect(wordsLike(raw)).toEqual(['docker', 'run', '-d', '--memory', '8000000', 'nginx:1']);
});

it('asks for everything that was asked for', () => {
  const config = {
    ...{ Hostname: 'box', Domainname: 'example.org', User: '1000', WorkingDir: '/w' },
    ...{ StopSignal: 'INT', StopTimeout: 3, Tty: true, OpenStdin: true },
    Env: ['A=b c'],
    Labels: { team: 'blue' },
    Cmd: ['-x'],
    Entrypoint: ['sh'],
    ExposedPorts: { '8443/tcp': {}, '443/tcp': {} },
    Volumes: { '/new': {} },
    Healthcheck: { Test: ['CMD-SHELL', 'probe'], Retries: 2, StartPeriod: 90e9 },
  };
  const host = {
    ...{ Init: true, ReadonlyRootfs: true, Privileged: true, ShmSize: 1024 ** 3 },
    ...{ AutoRemove: true, PidsLimit: -1, MemorySwap: -1, Memory: 64 * 1024 ** 2 },
    Binds: ['/srv/x:/x:ro', 'data:/data'],
    CapAdd: ['CAP_NET_ADMIN'],
    Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' }],
    Dns: ['1.1.1.1'],
    ExtraHosts: ['db:10.0.0.1'],
    IpcMode: 'host',
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
    Links: ['/other:/web/o'],
    Mounts: [
      { Type: 'volume' as const, Source: 'm', Target: '/m', VolumeOptions: { NoCopy: true } },
    ],
    PortBindings: { '8443/tcp': [{ HostIp: '127.0.0.1', HostPort: '443' }] },
    Sysctls: { 'a.b': '1' },
    Tmpfs: { '/run': 'size=1m' },
    Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
  };
  const raw = {
    ...plain,
    Config: { ...plain.Config, ...config },
    HostConfig: { ...plain.HostConfig, ...host },
  };
  const { IpcMode, LogConfig, ...kept } = host;
  expect(requestLike(raw)).toEqual({
    ...{ Image: 'nginx:1', ...config, StdinOnce: true },
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
    HostConfig: { ...kept, IpcMode, LogConfig, Links: ['other:o'] },
  });
});

it('joins the same networks under the same names, but not under the container’s own ID', () => {
  const endpoint = plain.NetworkSettings.Networks.bridge;
  const front = {
    ...endpoint,
    Aliases: ['www', ID.slice(0, 12)],
    IPAMConfig: { IPv4Address: '10.0.0.9' },
    Links: ['other:o'],
  };
  const back = { ...endpoint, GwPriority: 5, DriverOpts: { x: 'y' } };
  const raw = {
    ...plain,
    HostConfig: { ...plain.HostConfig, NetworkMode: 'front' },
    NetworkSettings: { Networks: { back, front } },
  };
  const { HostConfig, NetworkingConfig } = requestLike(raw);
  expect(HostConfig?.NetworkMode).toBe('front');
  expect(NetworkingConfig).toEqual({
    EndpointsConfig: {
      front: {
        ...{ Aliases: ['www'], IPAMConfig: { IPv4Address: '10.0.0.9' }, Links: ['other:o'] },
      },
      back: { DriverOpts: { x: 'y' }, GwPriority: 5 },
    },
  });
  const host = { ...plain, HostConfig: { ...plain.HostConfig, NetworkMode: 'host' } };
  expect(wordsLike(host)).toContain('host');
});

it('creates the folder of a bind mount if the original container did', () => {
  const mount = (bind: object) => ({ Type: 'bind', Source: '/s', Target: '/t', BindOptions: bind });
  const Mounts = [
    mount({ CreateMountpoint: true, Propagation: 'rslave' }),
    mount({ Propagation: 'rslave' }),
  ];
  const raw = { ...plain, HostConfig: { ...plain.HostConfig, Mounts } };
  expect(wordsLike(raw).slice(3, -1)).toEqual([
    ...['--volume', '/s:/t:rslave'],
    ...['--mount', 'type=bind,source=/s,target=/t,bind-propagation=rslave'],
  ]);
});

/** The HostConfig that Berth's own engine answers about a container created with `asked`. */
const encoded = (asked: object) => {
  const record = { name: 'web', hostConfig: hostConfigSchema.parse(asked) } as ContainerRecord;
  return JSON.parse(JSON.stringify(encodeHostConfig(record)));
};

it("shows no empty option of the engine's documents", () => {
  const HostConfig = encoded({
    NetworkMode: 'bridge',
    Devices: [{ PathOnHost: '/dev/a' }],
    Mounts: [
      { Type: 'bind', Source: '/s', Target: '/b' },
      { Type: 'bind', Source: '/s', Target: '/c', BindOptions: { NonRecursive: true } },
      { Type: 'bind', Source: '/s', Target: '/d', BindOptions: { CreateMountpoint: true } },
      { Type: 'volume', Target: '/new', VolumeOptions: {} },
      { Type: 'volume', Source: 'm', Target: '/m', VolumeOptions: { DriverConfig: {} } },
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: {} },
      { Type: 'image', Source: 'i', Target: '/i', ImageOptions: {} },
    ],
  });
  expect(wordsLike({ ...plain, HostConfig })).toEqual([
    ...['docker', 'run', '-d', '--volume', '/s:/d'],
    ...['--mount', 'type=bind,source=/s,target=/b'],
    ...['--mount', 'type=bind,source=/s,target=/c,bind-recursive=disabled'],
    ...['--mount', 'type=volume,target=/new'],
    ...['--mount', 'type=volume,source=m,target=/m'],
    ...['--mount', 'type=tmpfs,target=/t'],
    ...['--mount', 'type=image,source=i,target=/i'],
    ...['--device', '/dev/a', 'nginx:1'],
  ]);
});

it('reads mounts whose options are null', () => {
  const none = { BindOptions: null, VolumeOptions: null, TmpfsOptions: null, ImageOptions: null };
  const Mounts = [
    { Type: 'bind', Source: '/s', Target: '/b', ReadOnly: null, ...none },
    { Type: 'volume', Source: null, Target: '/v', ...none },
    { Type: 'volume', Source: 'm', Target: '/m', VolumeOptions: { Labels: null } },
  ];
  const raw = { ...plain, HostConfig: { ...plain.HostConfig, Mounts } };
  expect(wordsLike(raw).slice(3, -1)).toEqual([
    ...['--mount', 'type=bind,source=/s,target=/b'],
    ...['--mount', 'type=volume,target=/v'],
    ...['--mount', 'type=volume,source=m,target=/m'],
  ]);
});

it.each([
  ['another container', { NetworkMode: 'container:other' }, ['--network', 'container:other']],
  ['the host', { NetworkMode: 'host' }, ['--network', 'host']],
  ['the host on a network', { UTSMode: 'host' }, ['--uts', 'host']],
])('asks for no host name where it is that of %s', (_whose, settings, flags) => {
  const raw = {
    ...plain,
    Config: { ...plain.Config, Hostname: 'theirs' },
    HostConfig: { ...plain.HostConfig, ...settings },
  };
  expect(wordsLike(raw)).toEqual(['docker', 'run', '-d', ...flags, 'nginx:1']);
});
