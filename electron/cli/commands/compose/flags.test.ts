import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../../host/compose/testing/project-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ProjectEngine;
let directory: string;

const TEXT = `services:
  web: {image: busybox, volumes: [/cache], depends_on: {db: {condition: service_started, restart: true}}}
  db: {image: redis, volumes: ["data:/data"]}
volumes: {data: {}}
`;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  directory = join(socketDirectory(engine.socket), 'shop');
  await mkdir(directory);
  await write(TEXT);
});

afterEach(() => engine.close());

const write = (text: string) => writeFile(join(directory, 'compose.yaml'), text);

const compose = (...words: string[]) =>
  runWords({ socketPath: engine.socket }, [
    ...['compose', '-f', join(directory, 'compose.yaml')],
    ...words,
  ]);

const anonymous = () => engine.volumes().filter((name) => name.length === 64);

it('--force-recreate replaces the named services, and their dependencies only with a flag', async () => {
  await compose('up', '-d');
  const [web, db] = [engine.idOf('shop-web-1'), engine.idOf('shop-db-1')];
  await compose('up', '-d', '--force-recreate', 'web');
  expect(engine.idOf('shop-web-1')).not.toBe(web);
  expect(engine.idOf('shop-db-1')).toBe(db);
  await compose('up', '-d', '--always-recreate-deps', 'web');
  expect(engine.idOf('shop-db-1')).not.toBe(db);
});

it('a new container takes over anonymous volumes, unless -V renews them', async () => {
  await compose('up', '-d');
  const first = anonymous();
  expect(first).toHaveLength(1);
  await compose('up', '-d', '--force-recreate');
  expect(anonymous()).toEqual(first);
  await compose('up', '-d', '--force-recreate', '-V');
  expect(anonymous().filter((name) => !first.includes(name))).toHaveLength(1);
});

it('restart also restarts the services that ask for it, unless --no-deps', async () => {
  await compose('up', '-d');
  const restarts = async (...flags: string[]) => {
    engine.done.length = 0;
    await compose('restart', '-t', '0', ...flags, 'db');
    return engine.done.filter((each) => each.startsWith('stop')).sort();
  };
  expect(await restarts()).toEqual(['stop shop-db-1', 'stop shop-web-1']);
  expect(await restarts('--no-deps')).toEqual(['stop shop-db-1']);
});

it('--no-build starts only what is there', async () => {
  await write('services: {web: {build: .}}');
  await writeFile(join(directory, 'Dockerfile'), 'FROM scratch');
  const { exitCode, stderr } = await compose('up', '-d', '--no-build');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('No such image: shop-web');
  expect(engine.buildkit.builds).toEqual([]);
});

it('the flags of build reach the build', async () => {
  await write(
    'services: {web: {build: {context: ., args: {A: file, B: file}}}, db: {image: redis}}',
  );
  await writeFile(join(directory, 'Dockerfile'), 'FROM scratch');
  const flags = ['--build-arg', 'A=flag', '--no-cache', '--pull', '-q'];
  const { exitCode, stderr } = await compose('build', ...flags);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(engine.buildkit.builds.map(({ attributes }) => attributes)).toMatchObject([
    {
      ...{ 'build-arg:A': 'flag', 'build-arg:B': 'file', 'no-cache': '' },
      'image-resolve-mode': 'pull',
      ...{ 'label:com.docker.compose.project': 'shop', 'label:com.docker.compose.service': 'web' },
    },
  ]);
});

it('pull skips what it should not fail on', async () => {
  await write('services: {a: {image: nginx}, b: {image: nosuch}, c: {build: ., image: none}}');
  const failed = await compose('pull');
  expect(failed.exitCode).toBe(1);
  const ignored = await compose('pull', '--ignore-pull-failures');
  expect(ignored.exitCode).toBe(0);
  expect(ignored.stderr).toContain('warning: nosuch:');
  expect(ignored.stderr).toContain('to build it, run `berth compose build`');
  const only = await compose('pull', '-q', '--ignore-buildable', 'a', 'c');
  expect(only).toMatchObject({ exitCode: 0, stderr: '' });
});

it('volumes lists the volumes of the project, or of services', async () => {
  await compose('up', '-d');
  expect((await compose('volumes', '-q')).stdout).toBe('shop_data\n');
  expect((await compose('volumes', '--format', '{{.Name}}', 'db')).stdout).toBe('shop_data\n');
  expect((await compose('volumes', '-q', 'web')).stdout).toBe('');
  expect((await compose('volumes', 'nosuch')).stderr).toContain('no such service: nosuch');
});

it('commit and export work on the container of a service', async () => {
  await compose('up', '-d');
  const { stdout } = await compose('commit', '-m', 'changed', 'web', 'made:web');
  expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  const file = join(directory, 'web.tar');
  expect((await compose('export', '-o', file, 'web')).exitCode).toBe(0);
  expect((await readFile(file)).length).toBeGreaterThan(512);
});

it('logs has a range and an index', async () => {
  await compose('up', '-d', '--scale', 'db=2');
  const { stdout } = await compose('logs', '--index', '2', 'db');
  expect(stdout).toContain('db-2');
  expect(stdout).not.toContain('db-1');
  expect((await compose('logs', '--until', '1h')).stdout).toBe('');
  expect((await compose('logs', '--since', '1h')).stdout).toContain('web-1');
});

it('hooks show what they write', async () => {
  engine.fake.program('note', (process) => {
    process.write('stdout', 'prepared\n');
    return 0;
  });
  await write('services: {web: {image: busybox, post_start: [{command: note}]}}');
  expect((await compose('up', '-d')).stderr).toContain('Container shop-web-1  -> prepared');
});

it('flags about the look of the output are accepted', async () => {
  const words = ['--ansi', 'never', '--progress', 'plain', '--parallel', '4', 'ps'];
  expect((await compose(...words)).exitCode).toBe(0);
});
