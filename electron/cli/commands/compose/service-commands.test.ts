import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Program } from '../../../../guest-agent/testing/fake-engine/fake-process.ts';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../../host/compose/testing/project-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ProjectEngine;
let directory: string;

const TEXT = `services:
  web: {image: busybox, depends_on: [db], environment: {WHO: web}, ports: ["80"]}
  db: {image: redis, ports: ["127.0.0.1:8080:80"]}
`;

/** Prints its arguments and variables, and exits with 3. */
const printing: Program = (process) => {
  process.write('stdout', `${process.argv.slice(1).join(' ')} as ${process.env.get('WHO')}\n`);
  return 3;
};

beforeEach(async () => {
  engine = await ProjectEngine.start();
  engine.fake.program('print', printing);
  directory = join(socketDirectory(engine.socket), 'shop');
  await mkdir(directory);
  await writeFile(join(directory, 'compose.yaml'), TEXT);
});

afterEach(() => engine.close());

const berth = (words: readonly string[], stdin = '', env: Record<string, string> = {}) =>
  runWords({ socketPath: engine.socket }, words, { stdin, env });

/** As people type it: the file before the verb. */
const compose = (...words: string[]) =>
  berth(['compose', '-f', join(directory, 'compose.yaml'), ...words]);

const waitIsAsked = () =>
  vi.waitFor(
    () => expect(engine.fake.requests.some(({ path }) => path.endsWith('/wait'))).toBe(true),
    10_000,
  );

const lines = (output: string) => output.split('\n').map((line) => line.replace(/ +/g, ' ').trim());

it('flags of the project stand before the verb', async () => {
  const file = join(directory, 'other.yaml');
  await writeFile(file, 'services: {only: {image: $IMAGE, volumes: ["./data:/data"]}}');
  await writeFile(join(directory, 'variables'), 'IMAGE=redis\n');
  await mkdir(join(directory, 'base'));
  const flags = ['--env-file', join(directory, 'variables'), '-p', 'mine', '-f', file];
  const base = join(directory, 'base');
  const { stdout } = await berth([
    ...['compose', ...flags, '--project-directory', base, 'config', '--format', 'json'],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'mine',
    services: { only: { image: 'redis', volumes: [{ source: join(base, 'data') }] } },
  });
  const nowhere = join(directory, 'nonexistent');
  const missing = await berth(['compose', '--env-file', nowhere, '-f', file, 'config']);
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
  expect(missing.stderr).toContain(`couldn't find env file: ${nowhere}`);
});

it('finds the files and the name of a project in variables, and on standard input', async () => {
  const stdin = await berth(['compose', '-p', 'read', '-f', '-', 'config', '--services'], TEXT);
  expect(stdin.stdout).toBe('db\nweb\n');
  await writeFile(
    join(directory, '.env'),
    'COMPOSE_FILE=a.yaml;b.yaml\nCOMPOSE_PATH_SEPARATOR=;\n',
  );
  const at = ['compose', '--project-directory', directory];
  const missing = await berth([...at, 'config']);
  expect(missing.stderr).toMatch(/open .*a\.yaml: no such file/);
  await compose('up', '-d', 'db');
  const named = { COMPOSE_PROJECT_NAME: 'shop', COMPOSE_FILE: '/nonexistent.yaml' };
  expect((await berth(['compose', 'stop', 'db'], '', named)).exitCode).toBe(0);
  expect(engine.states()).toEqual(['shop-db-1 exited']);
  expect((await berth(['compose', 'down'], '', named)).exitCode).toBe(0);
  expect(engine.states()).toEqual([]);
  const empty = await berth(['compose', '--project-directory', '/', 'ps'], '', {
    COMPOSE_FILE: '',
  });
  expect(empty.stderr).toContain('no configuration file provided: not found');
});

it('a service that is named needs no --profile', async () => {
  const file = join(directory, 'compose.yaml');
  await writeFile(file, `${TEXT}  tool: {image: busybox, profiles: [tools]}\n`);
  const run = await compose('run', '--rm', '-T', '--no-deps', 'tool', 'print', 'x');
  expect(run).toMatchObject({ exitCode: 3, stdout: 'x as undefined\n' });
  await compose('up', '-d', 'tool');
  expect(engine.states()).toEqual(['shop-tool-1 running']);
  const other = { COMPOSE_PROFILES: 'tools' };
  const words = ['compose', '-f', file, '--profile', 'other', 'config', '--services'];
  expect((await berth(words, '', other)).stdout).toBe('db\nweb\n');
});

it('exec runs in the container of a service', async () => {
  await compose('up', '-d', '--scale', 'web=2');
  const run = await compose('exec', '-e', 'WHO=me', '--index', '2', 'web', 'print', '-a', 'b');
  expect(run).toMatchObject({ exitCode: 3, stdout: '-a b as me\n' });
  expect((await compose('exec', '-T', '--index', '5', 'web', 'print')).stderr).toContain(
    'service "web" is not running container #5',
  );
  await compose('stop', 'db');
  expect((await compose('exec', '-T', 'db', 'print')).stderr).toContain(
    'service "db" is not running',
  );
  expect((await compose('exec', '-T', 'nosuch', 'print')).stderr).toContain(
    'no such service: nosuch',
  );
});

it('run starts what a service depends on, and ends with the exit code', async () => {
  const run = await compose('run', '--rm', '-T', '-e', 'WHO=me', 'web', 'print', '--flag');
  expect(run).toMatchObject({ exitCode: 3, stdout: '--flag as me\n' });
  expect(engine.states()).toEqual(['shop-db-1 running']);
  const kept = await compose(
    'run',
    '--no-deps',
    '--name',
    'kept',
    '--entrypoint',
    'print x',
    'web',
  );
  expect(kept).toMatchObject({ exitCode: 3, stdout: 'x as web\n' });
  expect(engine.states()).toEqual(['kept exited', 'shop-db-1 running']);
  expect((await compose('ps', '-q')).stdout.split('\n')).toHaveLength(2);
  expect((await compose('run', 'nosuch')).stderr).toContain('no such service: nosuch');
  const detached = await compose('run', '-d', 'web');
  expect(detached.stdout).toMatch(/^[0-9a-f]{64}\n$/);
  const running = engine
    .states()
    .filter((state) => /^shop-web-run-[0-9a-f]{12} running/.test(state));
  expect(running).toHaveLength(1);
});

it('run and exec accept the flags that scripts of Docker use', async () => {
  const run = ['run', '--rm', '--no-deps'];
  expect((await compose(...run, '--no-TTY', 'web', 'print', 'x')).stdout).toBe('x as web\n');
  expect((await compose(...run, '-P', '-p', '80', 'web')).stderr).toContain(
    '--service-ports and --publish are incompatible',
  );
  expect((await compose(...run, '-l', 'x', 'web')).stderr).toContain(
    'label must be set as KEY=VALUE',
  );
  expect((await compose(...run, '--pull', 'x', 'web')).stderr).toContain(
    'invalid --pull option "x"',
  );
  await writeFile(join(directory, 'compose.yaml'), `${TEXT}  far: {image: nginx}\n`);
  expect((await compose(...run, '--pull', 'never', 'far')).stderr).toContain(
    'No such image: nginx',
  );
  await compose('up', '-d', 'db');
  for (const flag of ['--no-TTY', '-t', '-it', '--interactive=false']) {
    const exec = await compose('exec', flag, 'db', 'print', flag);
    expect(exec).toMatchObject({ exitCode: 3, stdout: `${flag} as undefined\n` });
  }
});

it('kills, pauses, removes and creates containers', async () => {
  expect((await compose('create')).exitCode).toBe(0);
  expect(engine.states()).toEqual(['shop-db-1 created', 'shop-web-1 created']);
  await compose('up', '-d');
  expect((await compose('pause', 'db')).stderr).toContain(' Container shop-db-1  Paused\n');
  expect(engine.states()).toEqual(['shop-db-1 paused', 'shop-web-1 running']);
  expect((await compose('unpause')).stderr).toContain(' Container shop-db-1  Unpaused\n');
  expect((await compose('kill', 'web')).stderr).toContain(' Container shop-web-1  Killed\n');
  expect(await compose('kill', 'web')).toMatchObject({
    exitCode: 0,
    stderr: 'no container to kill\n',
  });
  expect((await compose('rm', '-f', 'db')).stderr).toBe('No stopped containers\n');
  const asked = await berth(['compose', '--file', join(directory, 'compose.yaml'), 'rm'], 'n\n');
  expect(asked.stdout).toBe('? Going to remove shop-web-1 (y/N) ');
  const removed = await compose('rm', '-fs');
  expect(removed.stdout).toBe('Going to remove shop-db-1, shop-web-1\n');
  expect(engine.states()).toEqual([]);
});

it('commands accept a project without containers', async () => {
  for (const command of ['stop', 'restart', 'pause', 'unpause']) {
    expect(await compose(command)).toMatchObject({ exitCode: 0, stderr: '' });
  }
  expect(await compose('kill')).toMatchObject({ exitCode: 0, stderr: 'no container to kill\n' });
  expect(await compose('rm', '-fs')).toMatchObject({
    exitCode: 0,
    stderr: 'No stopped containers\n',
  });
  expect(await compose('start', 'web')).toMatchObject({ exitCode: 1 });
  expect((await compose('start', 'web')).stderr).toContain(
    'service "web" has no container to start',
  );
});

it('kills containers of run, and stops and waits for paused ones', async () => {
  await compose('run', '-d', '--no-deps', '--name', 'mine', 'web');
  expect((await compose('kill')).stderr).toContain(' Container mine  Killed\n');
  await compose('up', '-d', 'db');
  await compose('pause', 'db');
  const waiting = compose('wait', 'db');
  await waitIsAsked();
  await compose('stop', '-t', '1', 'db');
  expect((await waiting).stdout).toContain('exited with status code');
  expect(engine.states()).toContain('shop-db-1 exited');
});

it('scales a service and leaves the others', async () => {
  await compose('up', '-d', 'db');
  await compose('scale', '--no-deps', 'web=2');
  expect(engine.states()).toHaveLength(3);
  expect((await compose('scale', 'web=x')).stderr).toContain('invalid scale specifier "web=x"');
});

it('lists projects, images, ports and processes', async () => {
  await compose('up', '-d');
  const file = join(directory, 'compose.yaml');
  expect(lines((await berth(['compose', 'ls'])).stdout)).toEqual([
    'NAME STATUS CONFIG FILES',
    `shop running(2) ${file}`,
    '',
  ]);
  const json = { Name: 'shop', Status: 'running(2)', ConfigFiles: file };
  expect(JSON.parse((await berth(['compose', 'ls', '--format', 'json'])).stdout)).toEqual([json]);
  expect((await berth(['compose', 'ls', '-q', '--filter', 'name=other'])).stdout).toBe('');
  const images = lines((await compose('images')).stdout);
  expect(images[0]).toBe('CONTAINER REPOSITORY TAG PLATFORM IMAGE ID SIZE CREATED');
  expect(images[1]).toMatch(/^shop-db-1 redis latest linux\/\w+ [0-9a-f]{12} \S+ /);
  expect((await compose('port', 'db', '80')).stdout).toBe('127.0.0.1:8080\n');
  expect((await compose('port', 'db', '81')).stderr).toContain('no port 81/tcp for container');
  expect(lines((await compose('top', 'db')).stdout)[0]).toMatch(/^SERVICE # .* CMD$/);
  expect((await berth(['compose', 'version', '--short'])).stdout).toMatch(/^2\.\d+\.\d+\n$/);
});

it('stats shows the containers of the project only', async () => {
  await engine.fake.run('other', { Image: 'busybox' });
  const stats = ['stats', '--no-stream', '--format', '{{.Name}}'];
  expect((await compose(...stats)).stdout).toBe('');
  await compose('up', '-d');
  expect((await compose(...stats)).stdout.split('\n').sort()).toEqual([
    '',
    'shop-db-1',
    'shop-web-1',
  ]);
  expect((await compose(...stats, 'db')).stdout).toBe('shop-db-1\n');
});

it('an alias with flags works for commands that need no project', async () => {
  expect((await compose('-p', 'x', 'version', '--short')).exitCode).toBe(0);
  expect((await compose('ls', '-q')).exitCode).toBe(0);
});

it('up pulls as --pull says', async () => {
  const file = join(directory, 'compose.yaml');
  await writeFile(file, 'services: {far: {image: nginx}}');
  expect((await compose('create', '--pull', 'never')).stderr).toContain('No such image: nginx');
  expect((await compose('up', '-d', '--pull', 'always')).stderr).toContain(' Image nginx  Pulled');
  expect((await compose('up', '-d', '--pull', 'always')).stderr).toContain(' Image nginx  Pulled');
});

it('push skips services whose image has no name of its own', async () => {
  const file = join(directory, 'compose.yaml');
  await writeFile(file, 'services: {app: {build: .}, db: {image: redis}}');
  expect(await compose('push')).toMatchObject({
    exitCode: 0,
    stderr: ' Image shop-app  Skipped\n Image redis  Skipped\n',
  });
});

it('verbs that Berth doesn’t have say what to use instead', async () => {
  const publish = await compose('publish', '--resolve-image-digests', 'me/app:1');
  expect(publish.exitCode).toBe(1);
  expect(publish.stderr).toContain("Berth doesn't publish Compose files to a registry");
  const bridge = await compose('bridge', 'convert', '--output', 'out');
  expect(bridge.exitCode).toBe(1);
  expect(bridge.stderr).toContain('berth kube generate --compose');
  expect((await compose('--help')).stdout).not.toMatch(/publish|bridge/);
});

it('wait ends with the exit code of the container', async () => {
  await compose('up', '-d');
  const waiting = compose('wait', 'web');
  await waitIsAsked();
  await compose('kill', 'web');
  const { exitCode, stdout } = await waiting;
  expect({ exitCode, stdout }).toEqual({
    exitCode: 137,
    stdout: `container "${engine.idOf('shop-web-1')}" exited with status code 137\n`,
  });
});

it.skipIf(onWindows('the engine’s own code writes files of containers'))(
  'cp copies to all containers of a service, and from the first',
  async () => {
    await compose('up', '-d', '--scale', 'web=2');
    const file = join(directory, 'compose.yaml');
    const copied = await compose('cp', file, 'web:/tmp/there');
    expect(copied.stderr).toContain(`Copied ${file} to shop-web-2:/tmp/there`);
    const back = join(directory, 'back');
    expect((await compose('cp', 'web:/tmp/there', back)).exitCode).toBe(0);
    expect(await readFile(back, 'utf8')).toBe(TEXT);
    expect((await compose('cp', 'web:/a', 'db:/b')).stderr).toContain(
      'copying between services is not supported',
    );
    expect(dirname(back)).toBe(directory);
  },
);

it.skipIf(onWindows('the engine’s own code writes files of containers'))(
  'a secret comes from a variable in .env',
  async () => {
    await writeFile(join(directory, '.env'), 'TOKEN="two words"\n');
    await writeFile(
      join(directory, 'compose.yaml'),
      'services: {web: {image: busybox, secrets: [token]}}\nsecrets: {token: {environment: TOKEN}}\n',
    );
    for (const words of [
      ['up', '-d'],
      ['up', '-d', '--no-start', '--force-recreate'],
    ]) {
      expect(await compose(...words)).toMatchObject({ exitCode: 0 });
      // For a container that was only created.
      expect(await compose('start')).toMatchObject({ exitCode: 0 });
      const copy = join(directory, 'token');
      expect((await compose('cp', 'web:/run/secrets/token', copy)).exitCode).toBe(0);
      expect(await readFile(copy, 'utf8')).toBe('two words');
      await rm(copy);
    }
  },
);
