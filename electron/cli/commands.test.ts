import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  frame,
  type ScriptedEngine,
  startScriptedEngine,
} from '../host/engine/testing/scripted-engine.ts';
import { runWords } from './testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const output = async (line: string) => (await run(line)).stdout;
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

test('several operands: tries all, reports failures, and exits with 1', async () => {
  engine.answer('POST /containers/a/stop', (_, response) => void response.writeHead(204).end());
  engine.answer('POST /containers/c/stop', (_, response) => void response.writeHead(304).end());
  engine.json('POST /containers/b/stop', { message: 'No such container: b' }, 404);
  expect(await run('stop -t 3 -s INT a b c')).toEqual({
    exitCode: 1,
    stdout: 'a\nc\n',
    stderr: 'berth: No such container: b\n',
  });
  expect(engine.requests[0]?.query).toEqual({ t: '3', signal: 'INT' });
});

test('logs -f reports a lost connection to the engine', async () => {
  engine.answer('GET /containers/a/logs', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    response.write('one\n', () => response.destroy());
  });
  expect(await run('logs -f a')).toEqual({
    exitCode: 1,
    stdout: 'one\n',
    stderr:
      'berth: the connection to the engine was lost\nRun `berth machine status` to check the VM.\n',
  });
});

test('rm -f accepts a container that doesn’t exist', async () => {
  engine.json('DELETE /containers/a', { message: 'No such container: a' }, 404);
  expect((await run('rm a')).exitCode).toBe(1);
  expect(await run('rm -f -v a')).toEqual({ exitCode: 0, stdout: 'a\n', stderr: '' });
  expect(engine.requests[1]?.query).toEqual({ force: 'true', v: 'true' });
});

test('kill sends KILL by default', async () => {
  engine.answer('POST /containers/a/kill', (_, response) => void response.writeHead(204).end());
  await run('kill a');
  await run('kill -s TERM a');
  expect(engine.requests.map(({ query }) => query)).toEqual([
    { signal: 'KILL' },
    { signal: 'TERM' },
  ]);
});

test('logs keeps the streams separate, and sends its flags', async () => {
  engine.answer('GET /containers/a/logs', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.docker.multiplexed-stream' });
    response.write(frame(1, 'out\n'));
    response.end(frame(2, 'err\n'));
  });
  expect(await run('logs -f -t --tail 5 --since 2026-01-02T13:23:37Z a')).toEqual({
    exitCode: 0,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  expect(engine.requests[0]?.query).toEqual({
    ...{ stdout: 'true', stderr: 'true', follow: 'true', timestamps: 'true' },
    ...{ tail: '5', since: '1767360217.000000000' },
  });
});

test('logs of a container with a terminal are raw', async () => {
  engine.answer('GET /containers/a/logs', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    response.end('\x01\x00 # ls\r\n');
  });
  expect((await run('logs a', { encoding: 'latin1' })).stdout).toBe('\x01\x00 # ls\r\n');
});

test('wait prints exit codes', async () => {
  engine.json('POST /containers/a/wait', { StatusCode: 137 });
  expect(await output('wait a')).toBe('137\n');
});

test('exec: environment, output and exit code; 126 and 127 if it can’t start', async () => {
  engine.json('POST /containers/a/exec', { Id: 'e' }, 201);
  engine.json('GET /exec/e/json', { Running: false, ExitCode: 3 });
  engine.upgrade('POST /exec/e/start', (socket) => {
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    socket.write(frame(1, 'one\n'));
    socket.end(frame(2, 'two\n'));
  });
  expect(await run('exec -e A=1 -w /tmp -u me a ls -e')).toEqual({
    exitCode: 3,
    stdout: 'one\n',
    stderr: 'two\n',
  });
  expect(engine.requests[0]?.body).toMatchObject({
    ...{ Cmd: ['ls', '-e'], Env: ['A=1'], WorkingDir: '/tmp', User: 'me', Tty: false },
  });
  engine.upgrade('POST /exec/e/start', (socket) => {
    const body = '{"message":"exec failed: \\"x\\": executable file not found in $PATH"}';
    socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  expect((await run('exec a x')).exitCode).toBe(127);
  engine.answer('POST /exec/e/start', (_, response) => void response.writeHead(200).end());
  expect(await run('exec -d a x')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('rmi prints the removed names and images', async () => {
  engine.json('DELETE /images/r.io/a/b', [
    { Untagged: 'r.io/a/b:latest' },
    { Deleted: 'sha256:1' },
  ]);
  expect(await output('rmi r.io/a/b')).toBe('Untagged: r.io/a/b:latest\nDeleted: sha256:1\n');
});

const image = (Id: string, ...RepoTags: string[]) => ({ Id, RepoTags, Size: 5_000_000 });

test('system prune lists what it will remove and keep before it asks, then what it removed', async () => {
  engine.json('GET /prune', {
    Containers: [{ Id: 'c1', Name: 'web', Size: 1_234_567 }],
    Networks: [],
    Images: [image('sha256:1', 'box:1', 'box:latest'), image('sha256:2'), image('sha256:3')],
    ImagesKept: [image('sha256:4', 'my/image:1')],
    SpaceReclaimed: 3_234_567,
  });
  engine.json('POST /containers/prune', { ContainersDeleted: ['c1'], SpaceReclaimed: 1_234_567 });
  engine.json('POST /networks/prune', { NetworksDeleted: null });
  engine.json('POST /images/prune', {
    ImagesDeleted: [{ Untagged: 'Box:1' }, { Deleted: 'sha256:1' }],
    SpaceReclaimed: 2_000_000,
  });
  const question = [
    'WARNING! This will remove:',
    '  - all stopped containers:',
    '      web (1.235MB)',
    '  - all networks not used by at least one container: none',
    '  - all dangling images, and downloaded images without at least one container associated to them:',
    '      box:1, box:latest (5MB)',
    '      2 images without a name',
    '  - all build cache',
    "These images stay, because Berth can't download them again. --all removes them too:",
    '      my/image:1 (5MB)',
    'This frees 3.235MB.',
    '',
    'Are you sure you want to continue? [y/N] ',
  ].join('\n');
  expect(await run('system prune', { stdin: 'n\n' })).toEqual({
    exitCode: 0,
    stdout: question,
    stderr: '',
  });
  expect(engine.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /prune']);
  expect((await run('system prune', { stdin: 'y\n' })).stdout).toBe(
    `${question}${lines(
      ...['Deleted Containers:', 'c1', ''],
      ...['Deleted Images:', 'untagged: Box:1', 'deleted: sha256:1', ''],
      'Total reclaimed space: 3.235MB',
    )}`,
  );
  expect(engine.requests.find(({ path }) => path === '/images/prune')?.query).toEqual({
    filters: '{"dangling":["true"]}',
    downloaded: 'true',
  });
});

test('system prune --all removes every unused image; --force skips the question', async () => {
  engine.json('POST /containers/prune', { ContainersDeleted: null, SpaceReclaimed: 0 });
  engine.json('POST /networks/prune', { NetworksDeleted: null });
  engine.json('POST /volumes/prune', { VolumesDeleted: null, SpaceReclaimed: 0 });
  engine.json('POST /images/prune', { ImagesDeleted: null, SpaceReclaimed: 0 });
  expect(await output('system prune -af --volumes')).toBe('Total reclaimed space: 0B\n');
  expect(engine.requests.find(({ path }) => path === '/images/prune')?.query).toEqual({
    filters: '{"dangling":["false"]}',
  });
  expect(engine.requests.find(({ path }) => path === '/prune')).toBeUndefined();
  const before = engine.requests.length;
  const refused = await run('system prune -f --volumes --filter until=1h');
  expect(refused.stderr).toContain('The "until" filter is not supported with "--volumes"');
  expect(engine.requests).toHaveLength(before);
});

test('container prune and image prune list what they will remove', async () => {
  engine.json('GET /prune', {
    Containers: [{ Id: 'c1', Name: 'web', Size: 1000 }],
    Images: [image('sha256:1', 'box:1')],
    SpaceReclaimed: 1000,
  });
  expect((await run('container prune --filter label=a', { stdin: 'n\n' })).stdout).toContain(
    'This will remove all stopped containers:\n      web (1kB)\nThis frees 1kB.\n',
  );
  expect((await run('image prune --all', { stdin: 'n\n' })).stdout).toContain(
    'all images without at least one container associated to them:\n      box:1 (5MB)\n',
  );
  expect(engine.requests.map(({ path, query }) => ({ path, query }))).toEqual([
    { path: '/prune', query: { containers: 'true', filters: '{"label":["a"]}' } },
    { path: '/prune', query: { images: 'all', filters: '{}' } },
  ]);
});

test('builder prune removes the whole cache, or a part', async () => {
  engine.json('POST /build/prune', { CachesDeleted: ['step'], SpaceReclaimed: 1000 });
  expect((await run('builder prune', { stdin: 'n\n' })).stdout).toContain(
    'This will remove all dangling build cache.',
  );
  expect(engine.requests).toEqual([]);
  expect(await output('builder prune -af --filter until=24h')).toBe(
    lines('Deleted build cache objects:', 'step', '', 'Total reclaimed space: 1kB'),
  );
  expect(engine.requests[0]?.query).toEqual({ all: 'true', filters: '{"until":["24h"]}' });
});

test('port and top', async () => {
  engine.json('GET /containers/a/json', {
    Id: 'a',
    Name: '/a',
    State: { Status: 'running', Running: true, ExitCode: 0 },
    Config: { Image: 'x', Tty: false, OpenStdin: false },
    HostConfig: {},
    NetworkSettings: {
      Ports: { '80/tcp': [{ HostIp: '::', HostPort: '8080' }], '443/tcp': null },
    },
  });
  expect(await output('port a')).toBe('80/tcp -> [::]:8080\n');
  expect(await output('port a 80')).toBe('[::]:8080\n');
  expect((await run('port a 81')).exitCode).toBe(1);
  engine.json('GET /containers/a/top', { Titles: ['PID', 'CMD'], Processes: [['1', 'sh -c x']] });
  expect(await output('top a -o pid')).toBe(
    'PID                 CMD\n1                   sh -c x\n',
  );
  expect(engine.requests.at(-1)?.query).toEqual({ ps_args: '-o pid' });
});

test('update sends only the given flags, and prints each container', async () => {
  engine.json('POST /containers/a/update', { Warnings: ['discarded'] });
  engine.json('POST /containers/b/update', { message: 'No such container: b' }, 404);
  expect(await run('update -m 64m --cpus 0.5 --restart on-failure:3 a b')).toEqual({
    exitCode: 1,
    stdout: 'a\n',
    stderr: 'WARNING: discarded\nberth: No such container: b\n',
  });
  expect(engine.requests[0]?.body).toEqual({
    Memory: 67_108_864,
    NanoCpus: 500_000_000,
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
  });
  expect(await run('update a')).toMatchObject({
    exitCode: 1,
    stderr: 'berth: you must provide one or more flags when using this command\n',
  });
});
