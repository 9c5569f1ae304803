import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../../host/compose/testing/project-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ProjectEngine;
let file: string;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  file = join(socketDirectory(engine.socket), 'shop', 'compose.yaml');
  await mkdir(dirname(file));
  await writeFile(
    file,
    `services:
  web: {image: busybox, restart: always, ports: ["8080:80"], depends_on: [db]}
  db: {image: redis, restart: always, volumes: ["data:/data"], environment: ["DB_PASSWORD=$PASS"]}
volumes: {data: }
`,
  );
});
afterEach(() => engine.close());

const berth = (...words: string[]) =>
  runWords({ socketPath: engine.socket }, words, { env: { PASS: 'hunter2' } });
const kinds = (text: string) =>
  [...text.matchAll(/^kind: (.*)\nmetadata:\n {2}name: (.*)$/gm)].map(
    ([, kind, name]) => `${kind} ${name}`,
  );

it('writes manifests for a Compose project', async () => {
  const { stdout, stderr, exitCode } = await berth('kube', 'generate', '--compose', file);
  expect(kinds(stdout)).toEqual([
    ...['Secret db-env', 'Service db', 'Service web', 'Service web-published'],
    ...['StatefulSet db', 'Deployment web'],
  ]);
  expect(stdout).toContain('DB_PASSWORD: hunter2');
  expect(stderr).toContain('warning: volumes of Docker have no size');
  expect(exitCode).toBe(0);
});

it('writes only the named services and those that they need, into a file of its owner', async () => {
  const output = join(dirname(file), 'db.yaml');
  const words = ['kube', 'generate', 'db', '--compose', file, '--storage', '5Gi', '-o', output];
  expect(await berth(...words)).toMatchObject({ exitCode: 0, stdout: '' });
  const text = await readFile(output, 'utf8');
  expect(kinds(text)).toEqual(['Secret db-env', 'Service db', 'StatefulSet db']);
  expect(text).toContain('storage: 5Gi');
});

it('writes manifests for containers', async () => {
  await berth('compose', '--file', file, 'up', '-d');
  const one = await berth('kube', 'generate', 'shop-db-1');
  expect(one.stderr).toContain('warning: volumes of Docker have no size');
  expect(kinds(one.stdout)).toContain('Pod shop-db-1');
  const many = await berth('kube', 'generate', 'shop-web-1', '-t', 'deployment', '--replicas', '2');
  expect(kinds(many.stdout)).toContain('Deployment shop-web-1');
  expect(many.stdout).toContain('replicas: 2\n');
  expect(many.stdout).not.toContain('com.docker.compose');
});

it.each([
  [['generate'], 'name a container, or use --compose'],
  [['generate', 'missing'], 'missing'],
  [['generate', '--compose', 'FILE', '--type', 'job'], '--type and --replicas are for containers'],
  [['generate', '--compose', 'FILE', 'nothing'], 'no such service: nothing'],
  [['generate', 'x', '--replicas', '2'], '--replicas needs'],
  [['generate', 'x', '--storage', 'much'], '"much" is not a valid size'],
])('refuses %j', async (words, message) => {
  const { stderr, stdout, exitCode } = await berth(
    'kube',
    ...words.map((word) => (word === 'FILE' ? file : word)),
  );
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).not.toBe(0);
});
