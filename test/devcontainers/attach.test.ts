import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { type InstalledClient, openGeneration } from '../fixtures/client-generations.ts';
import { devUser, publishDevBase } from './base-image.ts';
import { DevContainer } from './dev-container.ts';
import { ShellServer } from './shell-server.ts';
import { writeWorkspace } from './workspaces.ts';

/** The commands with which Visual Studio Code opens a folder in a container, in its order. */

const { socket, shared, registry } = inject('nativeEngine');
const SERVER = '/vscode/vscode-server/bin/linux-x64/0123abcd';

let client: InstalledClient;
let folder: string;
let container: DevContainer;

beforeAll(async () => {
  await using directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
  client = await openGeneration('buildx 0.29', await mkdtemp(join(shared, 'client-')), socket);
  folder = await mkdtemp(join(shared, 'opened-'));
  await writeWorkspace('Dockerfile', folder, `${registry.guestHost}/dev-base:1`);
  container = new DevContainer(folder, client.environment);
});
afterAll(async () => {
  const { docker } = client;
  const ids = (await docker.output('ps', '-aq')).split('\n').filter(Boolean);
  if (ids.length > 0) await docker.output('rm', '-f', '-v', ...ids);
  await docker.run(['volume', 'rm', 'vscode']);
});

const labels = () => [`vsch.local.folder=${folder}`, 'vsch.quality=stable'];

/** The ID of the folder's container. Empty if there is none. */
const find = () => {
  const filters = labels().flatMap((label) => ['--filter', `label=${label}`]);
  return client.docker.output('ps', '-q', '-a', '--no-trunc', ...filters);
};

const up = () =>
  container.up(
    ...labels().flatMap((label) => ['--id-label', label]),
    ...['--container-data-folder', '.vscode-server/data/Machine'],
    ...['--container-system-data-folder', '/var/vscode-server'],
    ...['--workspace-mount-consistency', 'cached', '--skip-post-create'],
    ...['--mount', 'type=volume,source=vscode,target=/vscode,external=true'],
  );

/** A shell for a session of the editor. */
function shell(id: string, ...flags: string[]): ShellServer {
  const session = 'VSCODE_REMOTE_CONTAINERS_SESSION=1';
  const started = client.docker.spawn('exec', '-i', ...flags, '-e', session, id, '/bin/sh');
  onTestFinished(() => {
    started.kill();
  });
  return new ShellServer(started);
}

test('the engine is asked what it is, and has no container of the folder yet', async () => {
  const { docker } = client;
  expect(await docker.output('version', '--format', '{{.Server.APIVersion}}')).toMatch(/^\d\.\d+$/);
  expect((await docker.output('volume', 'ls', '-q')).split('\n')).not.toContain('vscode');
  expect(await docker.output('volume', 'create', 'vscode')).toBe('vscode');
  expect(await docker.output('volume', 'inspect', '-f', '{{.Name}}', 'vscode')).toBe('vscode');
  expect(await find()).toBe('');
});

test('the container is created while its start is awaited in the events', async () => {
  const { docker } = client;
  const events = docker.spawn('events', '--format', '{{json .}}', '--filter', 'event=start');
  const seen = buffer(events.stdout);
  const { containerId } = await up();
  events.kill();
  const starts = (await seen).toString().trim().split('\n');
  const ids = starts.map((line) => JSON.parse(line).Actor.ID);
  expect(ids).toContain(containerId);
  expect(await find()).toBe(containerId);
  const [found] = JSON.parse(await docker.output('inspect', '--type', 'container', containerId));
  expect(found).toMatchObject({ Id: containerId, State: { Running: true } });
  expect(found.Mounts).toContainEqual(
    expect.objectContaining({ Type: 'volume', Name: 'vscode', Destination: '/vscode' }),
  );
  const [image] = JSON.parse(await docker.output('inspect', '--type', 'image', found.Image));
  expect(image.Id).toBe(found.Image);
});

test('a shell stays open for all the commands of a session', async () => {
  const id = await find();
  const root = shell(id, '-u', 'root');
  expect(await root.run('id -un')).toEqual({ stdout: 'root\n', code: 0 });
  expect((await root.run('test -d /nosuch')).code).toBe(1);
  expect((await root.run('cat /etc/os-release')).stdout).toContain('ID=box');
  for (let count = 0; count < 200; count++) {
    const { stdout, code } = await root.run(`echo ${count}; exit ${count % 7}`);
    expect([stdout, code]).toEqual([`${count}\n`, count % 7]);
  }
  const long = await root.run('yes line | head -n 200000');
  expect(long.stdout).toHaveLength('line\n'.length * 200_000);
  const user = shell(id, '-u', devUser, '-w', '/tmp');
  expect((await user.run('id -un; pwd')).stdout).toBe(`${devUser}\n/tmp\n`);
});

test('the server is unpacked in the volume, and the next container has it', async () => {
  const { docker } = client;
  const first = await find();
  const root = shell(first, '-u', 'root');
  const link = `mkdir -p ~/.vscode-server/bin && ln -snf ${SERVER} ~/.vscode-server/bin/0123abcd`;
  expect((await root.run(`mkdir -p ${SERVER} && ${link}`)).code).toBe(0);
  const content = randomBytes(8 << 20);
  const files = await mkdtemp(join(shared, 'server-'));
  await mkdir(join(files, 'bin'));
  await writeFile(join(files, 'bin/code-server'), content, { mode: 0o755 });
  const options = { encoding: 'buffer', maxBuffer: 64 << 20 } as const;
  const { stdout: tar } = await promisify(execFile)('tar', ['-cz', '-C', files, '.'], options);
  const unpacking = docker.spawn('exec', '-i', '-u', 'root', first, 'tar', '-xz', '-C', SERVER);
  unpacking.stdin.end(tar);
  await buffer(unpacking.stdout);
  const sum = async (id: string) => {
    const path = `${SERVER}/bin/code-server`;
    const { stdout } = await shell(id, '-u', 'root').run(`test -x ${path} && sha256sum <${path}`);
    return stdout.slice(0, 64);
  };
  const expected = createHash('sha256').update(content).digest('hex');
  expect(await sum(first)).toBe(expected);

  await docker.output('rm', '-f', first);
  const { containerId } = await up();
  expect(containerId).not.toBe(first);
  expect(await sum(containerId)).toBe(expected);
});

test('ports are forwarded through commands in the container, several at a time', async () => {
  const { docker } = client;
  const id = await find();
  const page = randomBytes(1 << 20);
  await writeFile(join(folder, 'out/page'), page);
  const root = shell(id, '-u', 'root');
  const serve = `httpd -f -p 127.0.0.1:4293 -h /workspaces/${basename(folder)}/out`;
  await root.run(`${serve} >/dev/null 2>&1 &`);
  await expect.poll(async () => (await root.run('netstat -ltn')).stdout).toContain(':4293');
  const fetched = async () => {
    const connection = docker.spawn('exec', '-i', '-u', 'root', id, 'nc', '127.0.0.1', '4293');
    onTestFinished(() => {
      connection.kill();
    });
    connection.stdin.write('GET /page HTTP/1.0\r\n\r\n');
    const answer = await buffer(connection.stdout);
    return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  };
  for (const answer of await Promise.all([fetched(), fetched(), fetched()])) {
    expect(answer.equals(page)).toBe(true);
  }
});

test('what a session started ends with the editor, even if the editor is killed', async () => {
  const id = await find();
  const watching = shell(id, '-u', 'root');
  const killed = shell(id, '-u', 'root');
  const { stdout: pid } = await killed.run('echo $$');
  const isGone = async () => (await watching.run(`test ! -d /proc/${pid.trim()}`)).code === 0;
  expect(await isGone()).toBe(false);
  await killed.kill();
  await expect.poll(isGone).toBe(true);
});

test('a container that the editor didn’t create can be attached to', async () => {
  const { docker } = client;
  const base = `${registry.guestHost}/dev-base:1`;
  await docker.output('run', '-d', '--name', 'others', base, 'sleep', '1000');
  const list = await docker.output('ps', '--format', '{{json .}}', '--no-trunc');
  const found = list.split('\n').map((line) => JSON.parse(line));
  expect(found).toContainEqual(expect.objectContaining({ Names: 'others', State: 'running' }));
  const [inspected] = JSON.parse(await docker.output('inspect', '--type', 'container', '/others'));
  const { stdout } = await shell(inspected.Id, '-u', 'root').run('hostname');
  expect(inspected.Id).toContain(stdout.trim());
});
