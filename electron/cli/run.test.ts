import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type StandInEngine,
  sendJson,
  startStandInEngine,
} from '../host/engine/testing/stand-in-engine.ts';
import { runWords } from './testing/run.ts';
import { CONTAINER_ID, standInContainer } from './testing/stand-in-container.ts';

let engine: StandInEngine;
beforeEach(async () => {
  engine = await startStandInEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const routes = () => engine.requests.map(({ method, path }) => `${method} ${path}`);
const created = () =>
  engine.requests.find(({ path }) => path === '/containers/create')?.body as {
    HostConfig: Record<string, unknown>;
    [name: string]: unknown;
  };

test('attaches and waits before it starts; keeps stdout and stderr apart; ends with its code', async () => {
  standInContainer(engine, {}, async ({ write }) => {
    await write(1, 'bin\n');
    await write(2, 'warning\n');
    await write(1, Buffer.from([0, 255, 13, 10]));
    return 42;
  });
  expect(
    await runWords(engine, ['run', 'busybox', 'ls', '-l', '--rm'], { encoding: 'latin1' }),
  ).toEqual({
    exitCode: 42,
    stdout: 'bin\n\x00\xff\r\n',
    stderr: 'warning\n',
  });
  expect(routes()).toEqual([
    'POST /containers/create',
    `POST /containers/${CONTAINER_ID}/attach`,
    `POST /containers/${CONTAINER_ID}/wait`,
    `POST /containers/${CONTAINER_ID}/start`,
  ]);
  expect(created()).toMatchObject({ Image: 'busybox', Cmd: ['ls', '-l', '--rm'], Tty: false });
  expect(engine.requests[2]?.query).toEqual({ condition: 'next-exit' });
});

test('--rm waits for the removal', async () => {
  standInContainer(engine, {}, async () => 0);
  expect((await runWords(engine, ['run', '--rm', 'busybox'])).exitCode).toBe(0);
  expect(created().HostConfig.AutoRemove).toBe(true);
  expect(engine.requests[2]?.query).toEqual({ condition: 'removed' });
});

test('-i passes standard input on, binary and whole, and its end ends stdin', async () => {
  const sent = Buffer.alloc(2_000_000, Buffer.from([1, 0, 255, 13, 10, 16, 17, 3]));
  standInContainer(engine, {}, async ({ socket, write }) => {
    await write(1, await buffer(socket));
    return 0;
  });
  const { exitCode, stdout } = await runWords(engine, ['run', '-i', 'busybox', 'cat'], {
    stdin: sent,
    encoding: 'latin1',
  });
  expect(exitCode).toBe(0);
  expect(Buffer.from(stdout, 'latin1').equals(sent)).toBe(true);
});

test('a container that ends while input is left over ends the command with its code', async () => {
  standInContainer(engine, {}, async ({ write }) => {
    await write(1, 'enough\n');
    return 3;
  });
  const endless = new PassThrough();
  endless.write('y\n');
  const outcome = await runWords(engine, ['run', '-i', 'busybox', 'head'], { stdin: endless });
  expect(outcome).toEqual({ exitCode: 3, stdout: 'enough\n', stderr: '' });
});

test('without -i standard input is not touched', async () => {
  standInContainer(engine, {}, async ({ socket }) => {
    socket.resume();
    return 0;
  });
  const stdin = new PassThrough();
  stdin.end('for the next command');
  await runWords(engine, ['run', 'busybox'], { stdin });
  expect(await text(stdin)).toBe('for the next command');
  expect(created()).toMatchObject({ OpenStdin: false, AttachStdin: false });
});

test('signals to the command go to the container', async () => {
  const signals = new EventEmitter();
  standInContainer(engine, {}, async ({ nextSignal }) => {
    signals.emit('SIGINT');
    const first = await nextSignal();
    signals.emit('SIGTERM');
    return first === 'SIGINT' && (await nextSignal()) === 'SIGTERM' ? 143 : 1;
  });
  const { exitCode } = await runWords(engine, ['run', 'busybox', 'sleep', '9'], { signals });
  expect(exitCode).toBe(143);
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('a third request to end is taken at its word when the container heeds none', async () => {
  const signals = new EventEmitter();
  standInContainer(engine, {}, async ({ nextSignal }) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT']) {
      signals.emit(signal);
      await nextSignal();
    }
    return new Promise<never>(() => {});
  });
  const { exitCode, stderr } = await runWords(engine, ['run', 'busybox', 'sleep'], { signals });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('got 3 SIGTERM/SIGINTs, forcefully exiting');
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('--sig-proxy=false leaves signals alone', async () => {
  const signals = new EventEmitter();
  let listening = -1;
  standInContainer(engine, {}, async () => {
    listening = signals.listenerCount('SIGINT');
    return 0;
  });
  await runWords(engine, ['run', '--sig-proxy=false', 'busybox'], { signals });
  expect(listening).toBe(0);
});

test('-d prints the ID and attaches to nothing', async () => {
  standInContainer(engine, {}, async () => 0);
  expect(await runWords(engine, ['run', '-d', 'busybox'])).toEqual({
    exitCode: 0,
    stdout: `${CONTAINER_ID}\n`,
    stderr: '',
  });
  expect(routes()).toEqual(['POST /containers/create', `POST /containers/${CONTAINER_ID}/start`]);
});

test('pulls a missing image, tells so on standard error, and goes on', async () => {
  standInContainer(engine, {}, async ({ write }) => {
    await write(1, 'hello\n');
    return 0;
  });
  let pulled = false;
  engine.answer('POST /containers/create', (_, response) =>
    pulled
      ? sendJson(response, { Id: CONTAINER_ID, Warnings: ['no swap'] }, 201)
      : sendJson(response, { message: 'No such image: hello-world:latest' }, 404),
  );
  engine.answer('POST /images/create', (_, response) => {
    pulled = true;
    response.write('{"status":"Pulling from library/hello-world","id":"latest"}\n');
    response.write('{"status":"Downloading","id":"aa","progressDetail":{"current":5,"total":9}}\n');
    response.write('{"status":"Pull complete","id":"aa","progressDetail":{}}\n');
    response.end('{"status":"Status: Downloaded newer image for hello-world:latest"}\n');
  });
  expect(await runWords(engine, ['run', 'hello-world'])).toEqual({
    exitCode: 0,
    stdout: 'hello\n',
    stderr: [
      "Unable to find image 'hello-world:latest' locally",
      'latest: Pulling from library/hello-world',
      'aa: Pull complete',
      'Status: Downloaded newer image for hello-world:latest',
      'WARNING: no swap',
      '',
    ].join('\n'),
  });
});

test('--pull never does not pull', async () => {
  engine.json('POST /containers/create', { message: 'No such image: x:latest' }, 404);
  expect(await runWords(engine, ['run', '--pull', 'never', 'x'])).toEqual({
    exitCode: 125,
    stdout: '',
    stderr: 'berth: No such image: x:latest\n',
  });
});

test.each([
  [400, 'exec: "nope": executable file not found in $PATH', 127],
  [500, 'stat /nope: no such file or directory', 127],
  [400, 'exec: "/etc/passwd": permission denied', 126],
  [500, 'exec: "/etc": is a directory', 126],
  [409, 'network is gone', 125],
])('a start that fails with %i "%s" ends with %i', async (status, message, exitCode) => {
  standInContainer(engine, { startError: { status, message } }, async () => 0);
  expect(await runWords(engine, ['run', 'busybox', 'nope'])).toEqual({
    exitCode,
    stdout: '',
    stderr: `berth: ${message}\n`,
  });
});

test('an engine that goes away while the container runs is an error', async () => {
  standInContainer(engine, {}, async ({ write }) => {
    await write(1, 'begun\n');
    engine.vanish();
    return 0;
  });
  const { exitCode, stdout, stderr } = await runWords(engine, ['run', 'busybox']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'begun\n' });
  expect(stderr).toBe('berth: the connection to the engine was lost\n');
});

test('-it needs a terminal', async () => {
  expect(await runWords(engine, ['run', '-it', 'busybox'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'berth: the input device is not a TTY\n',
  });
  expect(engine.requests).toEqual([]);
});

test.each([
  ['-v', '/home/me:/data', 'sharing folders of this computer is not possible yet'],
  ['-v', './here:/data', 'sharing folders of this computer is not possible yet'],
  ['-v', 'C:\\Users:/data', 'sharing folders of this computer is not possible yet'],
  ['--mount', 'type=bind,src=/a,dst=/b', 'sharing folders of this computer is not possible yet'],
  ['-p', '8080:x', '"x" is no port number'],
  ['--network', 'name=a,colour=red', 'unknown field "colour"'],
])('%s %s ends with 125, says why, and creates nothing', async (flag, value, reason) => {
  const { exitCode, stderr } = await runWords(engine, ['run', flag, value, 'busybox']);
  expect(exitCode).toBe(125);
  expect(stderr).toContain(reason);
  expect(engine.requests).toEqual([]);
});

test('--cidfile makes no container where it cannot be written, and no file without one', async () => {
  engine.json('POST /containers/create', { message: 'Conflict. The name is taken' }, 409);
  const directory = await mkdtemp(join(tmpdir(), 'berth-run-'));
  try {
    const taken = join(directory, 'taken');
    await writeFile(taken, 'another');
    const refused = await runWords(engine, ['create', '--cidfile', taken, 'busybox']);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(`delete ${taken}`);
    expect(engine.requests).toEqual([]);
    await runWords(engine, ['create', '--cidfile', join(directory, 'new'), 'busybox']);
    expect(await readdir(directory)).toEqual(['taken']);
    expect(await readFile(taken, 'utf8')).toBe('another');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('-p and -P publish ports; one that is not open on this computer is warned of', async () => {
  standInContainer(engine, {}, async () => 0);
  const port = { address: '0.0.0.0', protocol: 'tcp', containerName: 'box' } as const;
  const publishedPorts = async () => [
    { ...port, port: 8080, containerId: CONTAINER_ID, problem: 'nginx (process 12) has it' },
    { ...port, port: 9000, containerId: CONTAINER_ID },
    { ...port, port: 9001, containerId: 'another', problem: 'another program has it' },
  ];
  const ports = ['-P', '-p', '8080:80', '-p', '[::1]:9000:80', '-p', '127.0.0.1::53/udp'];
  const outcome = await runWords(engine, ['run', ...ports, '--expose', '99', 'busybox'], {
    machine: { publishedPorts },
  });
  expect(outcome).toEqual({
    ...{ exitCode: 0, stdout: '' },
    stderr: 'WARNING: 0.0.0.0:8080/tcp is not open on this computer: nginx (process 12) has it\n',
  });
  expect(created()).toMatchObject({
    ExposedPorts: { '99/tcp': {}, '80/tcp': {}, '53/udp': {} },
    HostConfig: {
      PublishAllPorts: true,
      PortBindings: {
        '80/tcp': [
          { HostIp: '', HostPort: '8080' },
          { HostIp: '::1', HostPort: '9000' },
        ],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '' }],
      },
    },
  });
});

test('flags become the request that Docker makes of them', async () => {
  standInContainer(engine, {}, async () => 0);
  const directory = await mkdtemp(join(tmpdir(), 'berth-run-'));
  try {
    const envFile = join(directory, 'env');
    const cidfile = join(directory, 'id');
    await writeFile(envFile, '# comment\nFROM_FILE=1\n\nHOME\nABSENT\n');
    const words = [
      ...['create', '--name', 'web', '-e', 'A=b=c', '-e', 'HOME', '--env-file', envFile],
      ...['-v', 'data:/data:ro', '-v', '/cache', '--mount', 'source=m,target=/m,readonly'],
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
      Binds: ['data:/data:ro'],
      BlkioDeviceReadBps: [{ Path: '/dev/vdb', Rate: 1048576 }],
      BlkioWeight: 300,
      CapAdd: ['NET_ADMIN'],
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

test('flags that confine, check and share become settings', async () => {
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

test('flags about networks and ports become the request that Docker makes of them', async () => {
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

test('--no-healthcheck turns the image’s check off, and goes with no other flag of it', async () => {
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

test('a link on the default network is for the engine to resolve', async () => {
  standInContainer(engine, {}, async () => 0);
  await runWords(engine, ['create', '--link', 'other', 'busybox']);
  expect(created().HostConfig.Links).toEqual(['other']);
  expect(created()).not.toHaveProperty('NetworkingConfig');
});
