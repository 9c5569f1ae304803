import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  sendJson,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';
import { CONTAINER_ID, standInContainer } from '../../testing/stand-in-container.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const routes = () => engine.requests.map(({ method, path }) => `${method} ${path}`);
const created = () =>
  engine.requests.find(({ path }) => path === '/containers/create')?.body as {
    HostConfig: Record<string, unknown>;
    [name: string]: unknown;
  };

test('attaches and waits before it starts; keeps stdout and stderr separate; exits with the container’s code', async () => {
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

test('-i passes standard input on unchanged, and its end ends stdin', async () => {
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

test('a container that exits before the input ends also ends the command, with its code', async () => {
  standInContainer(engine, {}, async ({ write }) => {
    await write(1, 'enough\n');
    return 3;
  });
  const endless = new PassThrough();
  endless.write('y\n');
  const outcome = await runWords(engine, ['run', '-i', 'busybox', 'head'], { stdin: endless });
  expect(outcome).toEqual({ exitCode: 3, stdout: 'enough\n', stderr: '' });
});

test('doesn’t read standard input without -i', async () => {
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

test('the third signal ends the command if the container ignores them', async () => {
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

test('--sig-proxy=false doesn’t pass signals on', async () => {
  const signals = new EventEmitter();
  let listening = -1;
  standInContainer(engine, {}, async () => {
    listening = signals.listenerCount('SIGINT');
    return 0;
  });
  await runWords(engine, ['run', '--sig-proxy=false', 'busybox'], { signals });
  expect(listening).toBe(0);
});

test('-d prints the ID and doesn’t attach', async () => {
  standInContainer(engine, {}, async () => 0);
  expect(await runWords(engine, ['run', '-d', 'busybox'])).toEqual({
    exitCode: 0,
    stdout: `${CONTAINER_ID}\n`,
    stderr: '',
  });
  expect(routes()).toEqual(['POST /containers/create', `POST /containers/${CONTAINER_ID}/start`]);
});

test('pulls a missing image with progress on standard error, then runs', async () => {
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
])('a start that fails with %i "%s" exits with %i', async (status, message, exitCode) => {
  standInContainer(engine, { startError: { status, message } }, async () => 0);
  expect(await runWords(engine, ['run', 'busybox', 'nope'])).toEqual({
    exitCode,
    stdout: '',
    stderr: `berth: ${message}\n`,
  });
});

test('a lost connection while the container runs is an error', async () => {
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
  ['-v', '/elsewhere/me:/data', `"${resolve('/elsewhere/me')}" isn't in a shared folder`],
  [
    '--mount',
    'type=bind,src=/elsewhere,dst=/b',
    `"${resolve('/elsewhere')}" isn't in a shared folder`,
  ],
  ['-p', '8080:x', 'Invalid containerPort: x'],
  ['--network', 'name=a,colour=red', 'unknown field "colour"'],
])('%s %s exits with 125 and the reason, and creates nothing', async (flag, value, reason) => {
  const { exitCode, stderr } = await runWords(engine, ['run', flag, value, 'busybox']);
  expect(exitCode).toBe(125);
  expect(stderr).toContain(reason);
  expect(engine.requests).toEqual([]);
});

test('--cidfile: creates no container if the file can’t be written, and no file without a container', async () => {
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

test('-p and -P publish ports, and warn about a port that isn’t open on the host', async () => {
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
    stderr: 'WARNING: 0.0.0.0:8080/tcp is not open on the host: nginx (process 12) has it\n',
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

test.each(['run', 'create'])(
  '%s rejects contradictory flags, and creates nothing',
  async (verb) => {
    const words = [verb, '--rm', '--restart', 'always', 'busybox'];
    const { exitCode, stderr } = await runWords(engine, words);
    expect(exitCode).toBe(125);
    expect(stderr).toContain('conflicting options: cannot specify both --restart and --rm');
    expect(engine.requests).toEqual([]);
  },
);
