import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';
import { CONTAINER_ID, standInContainer } from '../../testing/stand-in-container.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const created = () =>
  engine.requests.find(({ path }) => path === '/containers/create')?.body as {
    HostConfig: Record<string, unknown>;
    [name: string]: unknown;
  };

test('flags become the same request as Docker’s', async () => {
  standInContainer(engine, {}, async () => 0);
  const directory = await mkdtemp(join(tmpdir(), 'berth-run-'));
  try {
    const envFile = join(directory, 'env');
    const cidfile = join(directory, 'id');
    await writeFile(envFile, '# comment\nFROM_FILE=1\n\nHOME\nABSENT\n');
    const words = [
      ...['create', '--name', 'web', '-e', 'A=b=c', '-e', 'HOME', '--env-file', envFile],
      ...[
        '-v',
        'data:/data:ro',
        '-v',
        `${homedir()}/y/../x:/x:ro`,
        '-v',
        '/cache',
        '--mount',
        'source=m,target=/m,readonly',
      ],
      ...['-m', '64m', '--cpus', '1.5', '--memory-swap', '-1', '--pids-limit=100', '-c', '512'],
      ...['-w', '/work', '-u', '1:2', '--entrypoint', 'sh', '-h', 'box', '-l', 'a=b', '-l', 'c'],
      ...['--network', 'none', '--restart', 'on-failure:3', '--init', '--cap-add', 'NET_ADMIN'],
      ...['--read-only=true', '--privileged=false', '--tmpfs', '/run:size=1m', '--dns', '1.1.1.1'],
      ...['--add-host', 'db:10.0.0.1', '--ulimit', 'nofile=10:20', '--shm-size', '1g'],
      ...['--device-read-bps', '/dev/vdb:1mb', '--blkio-weight', '300', '--sysctl', 'a.b=1'],
      ...['--stop-signal', 'INT', '--stop-timeout', '3', '--cidfile', cidfile, '--platform'],
      ...['linux/arm64', '-it', 'busybox', '-c', '--rm=false'],
    ];
    const outcome = await runWords(engine, words, { env: { HOME: '/home/me' } });
    expect(outcome).toEqual({ exitCode: 0, stdout: `${CONTAINER_ID}\n`, stderr: '' });
    expect(await readFile(cidfile, 'utf8')).toBe(CONTAINER_ID);
  } finally {
    await rm(directory, { recursive: true });
  }
  expect(engine.requests[0]?.query).toEqual({ name: 'web', platform: 'linux/arm64' });
  expect(created()).toEqual({
    Image: 'busybox',
    Cmd: ['-c', '--rm=false'],
    Entrypoint: ['sh'],
    Env: ['FROM_FILE=1', 'HOME=/home/me', 'A=b=c', 'HOME=/home/me'],
    Hostname: 'box',
    Labels: { a: 'b', c: '' },
    User: '1:2',
    WorkingDir: '/work',
    Volumes: { '/cache': {} },
    StopSignal: 'INT',
    StopTimeout: 3,
    Tty: true,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: false,
      Binds: ['data:/data:ro', `${join(homedir(), 'x')}:/x:ro`],
      BlkioDeviceReadBps: [{ Path: '/dev/vdb', Rate: 1048576 }],
      BlkioWeight: 300,
      CapAdd: ['CAP_NET_ADMIN'],
      CpuShares: 512,
      Dns: ['1.1.1.1'],
      ExtraHosts: ['db:10.0.0.1'],
      Init: true,
      Memory: 67108864,
      MemorySwap: -1,
      Mounts: [{ Type: 'volume', Source: 'm', Target: '/m', ReadOnly: true }],
      NanoCpus: 1_500_000_000,
      NetworkMode: 'none',
      PidsLimit: 100,
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      ShmSize: 1073741824,
      Sysctls: { 'a.b': '1' },
      Tmpfs: { '/run': 'size=1m' },
      Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
    },
  });
});

test('flags for limits, health checks and namespaces become settings', async () => {
  engine.json('POST /containers/create', { Id: CONTAINER_ID, Warnings: ['no effect'] }, 201);
  const directory = await mkdtemp(join(tmpdir(), 'create-'));
  try {
    const profile = join(directory, 'profile.json');
    await writeFile(profile, '{\n  "defaultAction": "SCMP_ACT_ALLOW"\n}\n');
    const labels = join(directory, 'labels');
    await writeFile(labels, '# comment\nfrom=file\n');
    const words = [
      ...['create', '--health-cmd', 'probe', '--health-interval', '1m30s', '--health-retries', '2'],
      ...[
        '--device',
        '/dev/fuse',
        '--device',
        '/dev/a:/dev/b:r',
        '--device-cgroup-rule',
        'c 1:3 r',
      ],
      ...['--security-opt', `seccomp=${profile}`, '--security-opt', 'no-new-privileges'],
      ...['--volumes-from', 'other:ro', '--log-driver', 'local', '--log-opt', 'max-size=1m'],
      ...['--ipc', 'shareable', '--pid', 'host', '--uts', 'host', '--userns', 'host'],
      ...['--cgroupns', 'host', '--cgroup-parent', '/mine', '--oom-score-adj', '-5'],
      ...['--memory-swappiness', '0', '--kernel-memory', '8m', '--annotation', 'a=b'],
      ...['--blkio-weight-device', '/dev/vdb:500', '--cpu-period', '50000', '--cpuset-mems', '0'],
      ...['--label-file', labels, '--label', 'from=flag', '--domainname', 'example.org'],
      ...['--runtime', 'crun', 'busybox'],
    ];
    expect(await runWords(engine, words)).toEqual({
      exitCode: 0,
      stdout: `${CONTAINER_ID}\n`,
      stderr: 'WARNING: no effect\n',
    });
  } finally {
    await rm(directory, { recursive: true });
  }
  expect(created()).toMatchObject({
    Domainname: 'example.org',
    Labels: { from: 'flag' },
    Healthcheck: { Test: ['CMD-SHELL', 'probe'], Interval: 90e9, Retries: 2 },
    HostConfig: {
      Annotations: { a: 'b' },
      BlkioWeightDevice: [{ Path: '/dev/vdb', Weight: 500 }],
      CgroupParent: '/mine',
      CgroupnsMode: 'host',
      CpuPeriod: 50_000,
      CpusetMems: '0',
      Devices: [
        { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
        { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' },
      ],
      DeviceCgroupRules: ['c 1:3 r'],
      IpcMode: 'shareable',
      KernelMemory: 8_388_608,
      LogConfig: { Type: 'local', Config: { 'max-size': '1m' } },
      MemorySwappiness: 0,
      OomScoreAdj: -5,
      PidMode: 'host',
      Runtime: 'crun',
      SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}', 'no-new-privileges'],
      UTSMode: 'host',
      UsernsMode: 'host',
      VolumesFrom: ['other:ro'],
    },
  });
});

test('flags for networks and ports become the same request as Docker’s', async () => {
  standInContainer(engine, {}, async () => 0);
  const words = [
    ...['create', '-p', '8080:80', '-p', '127.0.0.1::53/udp', '-p', '8000-8010:90', '-P'],
    ...['--expose', '7000', '--network', 'front', '--network', 'name=back,alias=db,gw-priority=1'],
    ...['--network-alias', 'www', '--ip', '10.0.0.9', '--mac-address', '02:00:00:00:00:01'],
    ...['--link', 'other:o', '--dns-search', 'example.com', '--dns-option', 'ndots:2'],
    ...['--network-rate', 'egress=5mbit', 'busybox'],
  ];
  expect((await runWords(engine, words)).stderr).toBe('');
  expect(created()).toMatchObject({
    ExposedPorts: { '7000/tcp': {}, '80/tcp': {}, '53/udp': {}, '90/tcp': {} },
    Labels: { 'berth.network.rate': 'egress=5mbit' },
    HostConfig: {
      NetworkMode: 'front',
      PublishAllPorts: true,
      PortBindings: {
        '80/tcp': [{ HostIp: '', HostPort: '8080' }],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '' }],
        '90/tcp': [{ HostIp: '', HostPort: '8000-8010' }],
      },
      DnsSearch: ['example.com'],
      DnsOptions: ['ndots:2'],
    },
    NetworkingConfig: {
      EndpointsConfig: {
        front: {
          Aliases: ['www'],
          IPAMConfig: { IPv4Address: '10.0.0.9' },
          MacAddress: '02:00:00:00:00:01',
          Links: ['other:o'],
        },
        back: { Aliases: ['db'], GwPriority: 1 },
      },
    },
  });
});

test('--no-healthcheck turns the image’s check off, and conflicts with the other health flags', async () => {
  engine.json('POST /containers/create', { Id: CONTAINER_ID, Warnings: [] }, 201);
  await runWords(engine, ['create', '--no-healthcheck', 'busybox']);
  expect(created().Healthcheck).toEqual({ Test: ['NONE'] });
  const refused = await runWords(engine, [
    'run',
    '--no-healthcheck',
    '--health-cmd',
    'x',
    'busybox',
  ]);
  expect(refused).toMatchObject({ exitCode: 125 });
  expect(refused.stderr).toContain('--no-healthcheck conflicts with --health-* options');
});

test('the engine resolves a link on the default network', async () => {
  standInContainer(engine, {}, async () => 0);
  await runWords(engine, ['create', '--link', 'other', 'busybox']);
  expect(created().HostConfig.Links).toEqual(['other']);
  expect(created()).not.toHaveProperty('NetworkingConfig');
});
