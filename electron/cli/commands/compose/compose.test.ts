// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../../host/compose/testing/project-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ProjectEngine;
let file: string;

const TEXT = `services:
  web: {image: busybox, depends_on: [db], environment: ["WHO=\${WHO:-nobody}"]}
  db: {image: redis, ports: ["127.0.0.1:8080:80"]}
`;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  file = join(socketDirectory(engine.socket), 'shop', 'compose.yaml');
  await mkdir(dirname(file));
  await writeFile(file, TEXT);
});

afterEach(() => engine.close());

const compose = (...words: string[]) =>
  runWords({ socketPath: engine.socket }, ['compose', ...words, '--file', file], {
    env: { WHO: 'me' },
  });

it('starts a project, lists it, shows its logs and removes it', async () => {
  const up = await compose('up', '-d', '--scale', 'web=2');
  expect(up).toMatchObject({ exitCode: 0, stdout: '' });
  expect(up.stderr).toContain(' Container shop-web-2  Started\n');

  const { stdout } = await compose('ps');
  const rows = stdout.split('\n').map((line) => line.replace(/ +/g, ' '));
  expect(
    rows.map((line) =>
      line
        .replace(/Up .* seconds?/, 'Up so long')
        .replace(/Less than a second ago|\d+ seconds? ago/, 'just now'),
    ),
  ).toEqual([
    'NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS',
    'shop-db-1 redis "service" db just now Up so long 127.0.0.1:8080->80/tcp',
    'shop-web-1 busybox "service" web just now Up so long ',
    'shop-web-2 busybox "service" web just now Up so long ',
    '',
  ]);
  const format = '{{.Name}} {{.Service}} {{.State}} {{.ExitCode}}';
  expect((await compose('ps', '--format', format, 'db')).stdout).toBe('shop-db-1 db running 0\n');
  expect((await compose('ps', '--services')).stdout).toBe('db\nweb\n');
  expect((await compose('ps', '--filter', 'status=exited')).stdout).not.toContain('shop');
  expect((await compose('ps', '--filter', 'color=red')).stderr).toContain('unknown filter color');
  expect((await compose('logs', 'db')).stdout).toBe(
    'db-1  | shop-db-1 is ready\ndb-1  | listening on port 80\n',
  );

  expect((await compose('stop', 'web')).exitCode).toBe(0);
  expect(engine.states()).toEqual(['shop-db-1 running', 'shop-web-1 exited', 'shop-web-2 exited']);
  expect((await compose('down')).exitCode).toBe(0);
  expect(engine.states()).toEqual([]);
});

it('prints the project in canonical form', async () => {
  const { stdout } = await compose('config');
  expect(stdout).toContain('name: shop\n');
  expect(stdout).toContain('WHO: me\n');
  expect((await compose('config', '--services')).stdout).toBe('db\nweb\n');
});

it('prints the file with which `docker buildx bake` builds the same images', async () => {
  await writeFile(
    file,
    'services:\n  a: {image: "made:a", build: {context: /c, args: {A: "$${x}"}, tags: [more]}}\n  b: {image: busybox}\n',
  );
  const { stdout, stderr } = await compose('build', '--print', '--provenance', 'true');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    group: { default: { targets: ['a'] } },
    target: {
      a: {
        context: '/c',
        dockerfile: '/c/Dockerfile',
        args: { A: '$${x}' },
        labels: {
          'com.docker.compose.project': 'shop',
          'com.docker.compose.service': 'a',
          'com.docker.compose.version': '2.40.3',
        },
        tags: ['more', 'made:a'],
        output: ['type=docker'],
      },
    },
  });
  expect(engine.done).toEqual([]);
  expect((await compose('build', '--print', 'b')).stdout).toBe('');
});

it('prints what a file says before its variables are replaced, and what Berth cannot run', async () => {
  await writeFile(
    file,
    'services: {a: {image: "box:${TAG:-1}", models: [llm]}}\nmodels: {llm: {model: ai/x}}\n',
  );
  expect((await compose('config', '--models')).stdout).toBe('ai/x\n');
  expect((await compose('config', '--no-interpolate')).stdout).toContain('image: box:${TAG:-1}\n');
  expect((await compose('config', '--variables')).stdout.split('\n')[1]?.split(/ +/)).toEqual(
    expect.arrayContaining(['TAG', 'false', '1']),
  );
  expect((await compose('config', '--environment')).stdout).toContain(
    'COMPOSE_PROJECT_NAME=shop\n',
  );
  const saved = `${file}.saved`;
  expect(await compose('config', '-o', saved)).toMatchObject({ exitCode: 0, stdout: '' });
  expect(await readFile(saved, 'utf8')).toContain('image: box:1');
  expect((await compose('up', '-d')).stderr).toContain('Berth has no runner for language models');
});

it('shows where a file has an error, and does nothing', async () => {
  await writeFile(file, 'services:\n  web:\n    imag: busybox\n');
  const up = await compose('up', '-d');
  expect(up.exitCode).not.toBe(0);
  expect(up.stderr).toContain(`${file}:3:5: services.web additional properties 'imag' not allowed`);
  expect(engine.done).toEqual([]);
});

it.each([
  ...[['up', '-d'], ['build'], ['pull'], ['start'], ['stop'], ['restart']],
  ...[['logs'], ['logs', '-f'], ['ps']],
])('rejects a service that isn’t in the project: %s %s', async (...words) => {
  await compose('up', '-d');
  const { exitCode, stdout, stderr } = await compose(...words.filter(Boolean), 'db', 'nosuch');
  expect(stderr).toContain('berth: no such service: nosuch\n');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
});

it('accepts a service that has no containers yet', async () => {
  await compose('up', '-d', 'db');
  for (const verb of ['start', 'stop', 'restart', 'logs', 'ps']) {
    const { exitCode, stderr } = await compose(verb, 'web');
    expect({ verb, exitCode, stderr }).toEqual({ verb, exitCode: 0, stderr: '' });
  }
});

it('reports in one line that a service’s log can’t be read, and shows the other logs', async () => {
  await writeFile(file, TEXT.replace('busybox,', 'busybox, logging: {driver: none},'));
  await compose('up', '-d');
  const { exitCode, stdout, stderr } = await compose('logs');
  expect(stdout).toBe('db-1  | shop-db-1 is ready\ndb-1  | listening on port 80\n');
  expect(stderr).toBe(
    'warning: Can\'t retrieve logs for "shop-web-1": configured logging driver does not support reading\n',
  );
  expect(exitCode).toBe(0);
});
