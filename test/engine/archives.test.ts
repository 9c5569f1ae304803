import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { berth, output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';
import { DockerClient } from '../fixtures/docker-client.ts';

let docker: DockerClient;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
const at = (name: string) => join(directory.path, name);

beforeAll(async () => {
  directory = await temporaryDirectory();
  docker = await DockerClient.open(inject('engineSocket'), directory.path);
  await docker.output('pull', '--quiet', 'busybox');
});
afterEach(removeContainers);
afterAll(() => directory[Symbol.asyncDispose]());

test('cp copies both ways, with running and stopped containers, and with their mounts', async () => {
  await mkdir(at('in/sub'), { recursive: true });
  await writeFile(at('in/sub/file'), 'content');
  const mounts = ['--volume', 'data:/data', '--tmpfs', '/scratch'];
  await output('create', '--name', 'box', ...mounts, 'busybox', 'sleep', '1000');
  await output('cp', at('in'), 'box:/root');
  await output('cp', at('in/sub/file'), 'box:/data/renamed');
  await output('start', 'box');
  await output('cp', at('in/sub/file'), 'box:/scratch/');
  const read = 'cat /root/in/sub/file /data/renamed /scratch/file';
  expect(await output('exec', 'box', 'sh', '-c', read)).toBe('content'.repeat(3));

  await docker.output('cp', 'box:/data', at('out'));
  expect(await readFile(at('out/renamed'), 'utf8')).toBe('content');
  await output('stop', '--timeout', '0', 'box');
  await output('cp', 'box:/data/.', at('stopped'));
  expect(await readdir(at('stopped'))).toEqual(['renamed']);
  const missing = await berth(['cp', 'box:/nope', at('nope')]);
  expect(missing.stderr).toContain('Could not find the file /nope in container box');
});

test('symbolic links of a container can’t lead out of it', async () => {
  await writeFile(at('hosts'), 'evil');
  await output('run', '--detach', '--name', 'box', 'busybox', 'sleep', '1000');
  const links = 'ln -s ../../../../../../etc /out; ln -s /proc/1/root/etc /magic';
  await output('exec', 'box', 'sh', '-c', links);
  const before = await guest('md5sum /etc/passwd; ls /etc');
  await output('cp', at('hosts'), 'box:/out/passwd');
  expect((await berth(['cp', at('hosts'), 'box:/magic/passwd'])).exitCode).toBe(1);
  expect(await guest('md5sum /etc/passwd; ls /etc')).toBe(before);
  expect(await output('exec', 'box', 'cat', '/etc/passwd')).toBe('evil');
});

test('a commit contains the changes of diff, and survives save and load', async () => {
  const script = 'echo new > /etc/new; rm /etc/group';
  await output('run', '--name', 'box', 'busybox', 'sh', '-c', script);
  expect(await output('diff', 'box')).toBe('C /etc\nD /etc/group\nA /etc/new');
  const change = 'CMD ["sh", "-c", "cat /etc/new; ls /etc"]';
  const id = await docker.output('commit', '--change', change, 'box', 'made/here:1');
  const listed = await output('run', '--rm', 'made/here:1');
  expect(listed).toMatch(/^new\n/);
  expect(listed).not.toContain('group');

  await output('save', '--output', at('image.tar'), 'made/here:1');
  await output('rmi', 'made/here:1');
  expect(await docker.output('load', '--input', at('image.tar'))).toBe('Loaded image: made/here:1');
  expect(await docker.output('inspect', '--format', '{{.Id}}', 'made/here:1')).toBe(id);
  expect(await output('run', '--rm', 'made/here:1')).toBe(listed);
  await output('rmi', 'made/here:1');
});

test('an image built here has the same content after push and pull', async () => {
  const name = `${inject('registry').guestHost}/made/here:1`;
  await output('run', '--name', 'box', 'busybox', 'touch', '/mark');
  const id = await output('commit', 'box', name);
  const pushed = await docker.output('push', name);
  const [, digest] = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+$/m.exec(pushed) ?? [];
  await output('rmi', name);
  expect(await output('pull', name)).toContain(`Digest: ${digest}`);
  expect(await docker.output('inspect', '--format', '{{.Id}}', name)).toBe(id);
  await output('rmi', name);
});
