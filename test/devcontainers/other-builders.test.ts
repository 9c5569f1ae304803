import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { debianRoot } from '../../guest-agent/store/testing/debian-program.ts';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../fixtures/client-generations.ts';
import { DockerClient } from '../fixtures/docker-client.ts';
import { publishDevBase } from './base-image.ts';

/** Ways to build that don't go through `docker build` with buildx. */

const { socket, shared, registry } = inject('nativeEngine');
const base = `${registry.guestHost}/dev-base:1`;

beforeAll(async () => {
  await using directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
});

const dockerfile = `FROM ${base}
RUN --mount=type=secret,id=word cat /run/secrets/word >/word
COPY file /file
CMD ["cat", "/word", "/file"]
`;

async function context(): Promise<string> {
  const directory = await mkdtemp(join(shared, 'context-'));
  await writeFile(join(directory, 'Dockerfile'), dockerfile);
  await writeFile(join(directory, 'file'), 'a file\n');
  await writeFile(join(directory, 'secret'), 'a word, ');
  return directory;
}

const secret = (directory: string) => ['--secret', `id=word,src=${directory}/secret`];

test('buildx with the driver remote builds on the engine’s socket', async () => {
  const { docker } = await openGeneration(
    ...(['buildx 0.29', await mkdtemp(join(shared, 'client-')), socket] as const),
  );
  const created = await docker.output(
    ...['buildx', 'create', '--name', 'far', '--driver', 'remote', `unix://${socket}`],
  );
  expect(created).toBe('far');
  expect(await docker.output('buildx', 'inspect', '--bootstrap', 'far')).toMatch(
    /Driver: +remote.*Status: +running.*BuildKit version: +v/s,
  );
  expect(await docker.output('buildx', 'ls', '--format', '{{.Name}} {{.Status}}')).toContain(
    'running',
  );
  const directory = await context();
  const flags = ['--builder', 'far', ...secret(directory)];
  const out = join(directory, 'out');
  await docker.output('buildx', 'build', ...flags, '-o', out, directory);
  expect(await readFile(join(out, 'word'), 'utf8')).toBe('a word, ');
  expect(await docker.output('buildx', 'du', '--builder', 'far')).toContain('Total:');
});

test('docker 20.10, which has its own client of BuildKit, builds', async () => {
  const root = await debianRoot('docker.io', 'bookworm');
  const home = await mkdtemp(join(shared, 'client-'));
  const docker = DockerClient.at(join(root, 'usr/bin/docker'), {
    ...{ HOME: home, DOCKER_CONFIG: home, DOCKER_HOST: `unix://${socket}` },
    ...{ DOCKER_BUILDKIT: '1', PATH: process.env.PATH },
  });
  const directory = await context();
  const build = ['build', '--progress=plain', ...secret(directory)];
  const built = await docker.run([...build, '-t', 'made:old', directory]);
  expect([built.exitCode, built.stderr]).toEqual([0, expect.stringContaining('COPY file /file')]);
  expect(await docker.output('run', '--rm', 'made:old')).toBe('a word, a file');
  const out = join(directory, 'out');
  await docker.output(...build, '-o', out, directory);
  expect(await readFile(join(out, 'file'), 'utf8')).toBe('a file\n');
  const id = await docker.output('build', '-q', ...secret(directory), directory);
  expect(await docker.output('image', 'inspect', '-f', '{{.Id}}', 'made:old')).toBe(id);
  const piped = await docker.run(['build', '-q', '-t', 'made:piped', '-'], `FROM ${base}\n`);
  expect([piped.exitCode, piped.stderr]).toEqual([0, '']);

  await writeFile(join(directory, 'Dockerfile'), `FROM ${base}\nRUN exit 3\n`);
  const failed = await docker.run([...build, directory]);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('did not complete successfully: exit code: 3');
});

test('docker without buildx says what it needs for RUN --mount', async () => {
  const { docker } = await openGeneration(
    ...(['no buildx', await mkdtemp(join(shared, 'client-')), socket] as const),
  );
  const { exitCode, stdout, stderr } = await docker.run(['build', await context()]);
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toContain('the --mount option requires BuildKit');
  expect(stdout + stderr).toMatch(/Install the buildx component/);
});
