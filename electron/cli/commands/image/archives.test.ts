import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeTar } from '../../../../guest-agent/store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../../guest-agent/store/testing/temporary-directory.ts';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import {
  type ScriptedEngine,
  sendJson,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords, type Surroundings } from '../../testing/run.ts';

let engine: ScriptedEngine;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
const at = (name: string) => join(directory.path, name);

beforeEach(async () => {
  directory = await temporaryDirectory();
  engine = await startScriptedEngine();
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

const run = (words: string[], surroundings?: Surroundings) => runWords(engine, words, surroundings);

const statHeader = (stat: object) => ({
  'x-docker-container-path-stat': Buffer.from(
    JSON.stringify({ name: 'x', size: 0, mode: 0o644, mtime: '', linkTarget: '', ...stat }),
  ).toString('base64'),
});
const DIRECTORY = 2 ** 31 + 0o755;

/** The container has these paths. A tar of each contains one file. */
function containerHas(paths: Record<string, object>, tar: Uint8Array = new Uint8Array()): void {
  const route = '/containers/box/archive';
  for (const method of ['HEAD', 'GET']) {
    engine.answer(`${method} ${route}`, ({ query }, response) => {
      const stat = paths[query.path ?? ''];
      if (stat === undefined) sendJson(response, { message: 'Could not find the file' }, 404);
      else response.writeHead(200, statHeader(stat)).end(method === 'GET' ? tar : '');
    });
  }
}

const etc = writeTar([
  { name: 'etc/', type: 'directory' },
  { name: 'etc/passwd', content: 'root' },
]);

test('cp from a container: into a directory, to a new name, only the contents', async () => {
  const stat = { name: 'etc', mode: DIRECTORY };
  containerHas({ '/etc': stat, '/etc/.': { ...stat, name: '.' } }, etc);
  await mkdir(at('there'));
  expect(await run(['cp', 'box:/etc', at('there')])).toMatchObject({ exitCode: 0, stderr: '' });
  await run(['cp', 'box:/etc', at('new')]);
  await run(['cp', 'box:/etc/.', at('there')]);
  expect((await readdir(at('there'))).sort()).toEqual(['etc', 'passwd']);
  expect(await readFile(at('there/etc/passwd'), 'utf8')).toBe('root');
  expect(await readdir(at('new'))).toEqual(['passwd']);
});

test('cp of a file, under another name, and to standard output', async () => {
  const tar = writeTar([{ name: 'passwd', content: 'root' }]);
  containerHas({ '/etc/passwd': { name: 'passwd' } }, tar);
  await run(['cp', 'box:/etc/passwd', at('mine')]);
  expect(await readFile(at('mine'), 'utf8')).toBe('root');
  const piped = await run(['cp', 'box:/etc/passwd', '-'], { encoding: 'latin1' });
  expect(Buffer.from(piped.stdout, 'latin1').equals(tar)).toBe(true);
  const slash = await run(['cp', 'box:/etc/passwd', `${at('no')}/`]);
  expect(slash).toMatchObject({ exitCode: 1, stderr: 'berth: no such directory\n' });
});

test.each([
  [['cp', 'one:/x', 'two:/y'], 'copying between containers is not supported'],
  [['cp', 'x', 'y'], 'must specify at least one container source'],
  [['cp', 'box:/nope', '.'], 'Could not find the file'],
  [
    ['cp', '/no/such/file', 'box:/x'],
    `lstat ${resolve('/no/such/file')}: no such file or directory`,
  ],
  [['push', '--all-tags', 'a:b'], "tag can't be used with --all-tags/-a"],
  [['save', '--platform', 'a/b/c/d', 'x'], 'invalid platform: "a/b/c/d"'],
])('%j fails with Docker’s text', async (words, message) => {
  containerHas({});
  const { exitCode, stderr } = await run(words);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
});

test.skipIf(onWindows('a pipe isn’t a file'))(
  'an archive replaces only regular files',
  async () => {
    for (const words of [
      ['save', 'one'],
      ['export', 'box'],
    ]) {
      expect(await run([...words, '-o', engine.socketPath])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('must be a regular file'),
      });
    }
    expect(engine.requests).toEqual([]);
  },
);

test('save creates the file only when it is complete', async () => {
  engine.answer('GET /images/get', (_, response) => void response.end('archive'));
  expect(await run(['save', '-o', at('a.tar'), 'one', 'two:2'])).toMatchObject({ exitCode: 0 });
  expect(await readFile(at('a.tar'), 'utf8')).toBe('archive');
  engine.answer('GET /images/get', (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  expect((await run(['save', '-o', at('b.tar'), 'one'])).exitCode).toBe(1);
  expect(await readdir(directory.path)).toEqual(['a.tar']);
});

test('push shows its progress; with --quiet only the name', async () => {
  const lines = [
    { status: 'The push refers to repository [registry.example/app]' },
    { status: 'Pushing', id: 'abc', progressDetail: { current: 1, total: 2 } },
    { status: 'Pushed', id: 'abc', progressDetail: {} },
    { status: '1: digest: sha256:00 size: 5' },
    { progressDetail: {}, aux: { Tag: '1', Digest: 'sha256:00', Size: 5 } },
  ];
  engine.answer('POST /images/registry.example/app/push', (_, response) => {
    response.end(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
  });
  expect((await run(['push', 'registry.example/app:1'])).stdout).toBe(
    'The push refers to repository [registry.example/app]\nabc: Pushed\n1: digest: sha256:00 size: 5\n',
  );
  expect(engine.requests[0]?.query).toEqual({ tag: '1' });
  expect((await run(['push', '-q', 'registry.example/app:1'])).stdout).toBe(
    'registry.example/app:1\n',
  );
});

test('diff, commit and history print the same as Docker', async () => {
  engine.json('GET /containers/box/changes', [
    { Path: '/etc', Kind: 0 },
    { Path: '/etc/new', Kind: 1 },
    { Path: '/old', Kind: 2 },
  ]);
  expect((await run(['diff', 'box'])).stdout).toBe('C /etc\nA /etc/new\nD /old\n');

  engine.json('POST /commit', { Id: 'sha256:1234' }, 201);
  const commit = ['commit', '-m', 'why', '-c', 'CMD a', '--pause=false', 'box', 'me/app:1'];
  expect((await run(commit)).stdout).toBe('sha256:1234\n');
  expect(engine.requests.at(-1)?.query).toEqual({
    ...{ container: 'box', repo: 'me/app', tag: '1', comment: 'why', pause: 'false' },
    changes: 'CMD a',
  });

  const step = { Created: Math.floor(Date.now() / 1000) - 125, Tags: null, Comment: '' };
  engine.json('GET /images/app/history', [
    { ...step, Id: `sha256:${'ab'.repeat(32)}`, CreatedBy: `RUN ${'x'.repeat(60)}`, Size: 1500 },
    { ...step, Id: '<missing>', CreatedBy: 'ADD', Size: 0 },
  ]);
  expect((await run(['history', 'app'])).stdout).toBe(
    [
      'IMAGE          CREATED         CREATED BY                                      SIZE      COMMENT',
      `abababababab   2 minutes ago   RUN ${'x'.repeat(40)}…   1.5kB     `,
      '<missing>      2 minutes ago   ADD                                             0B        \n',
    ].join('\n'),
  );
});

test('load and import send the archive', async () => {
  await writeFile(at('a.tar'), 'archive');
  engine.answer('POST /images/load', ({ body }, response) => {
    response.end(`${JSON.stringify({ stream: `Loaded image: ${body}\n` })}\r\n`);
  });
  expect((await run(['load', '-i', at('a.tar')])).stdout).toBe('Loaded image: archive\n');
  expect((await run(['load'], { stdin: 'piped' })).stdout).toBe('Loaded image: piped\n');
  engine.answer('POST /images/create', ({ body }, response) => {
    response.end(`${JSON.stringify({ status: `sha256:${body}` })}\r\n`);
  });
  expect((await run(['import', '-m', 'm', at('a.tar'), 'me:1'])).stdout).toBe('sha256:archive\n');
  expect(engine.requests.at(-1)?.query).toEqual({
    ...{ fromSrc: '-', repo: 'me', tag: '1', message: 'm' },
  });
});

test('search lists the results', async () => {
  engine.json('GET /images/search', [
    { name: 'busybox', description: 'Base\nimage', star_count: 7, is_official: true },
    { name: 'me/x', description: '', star_count: 0, is_official: false },
  ]);
  expect((await run(['search', '--limit', '2', 'box'])).stdout).toBe(
    [
      'NAME      DESCRIPTION   STARS     OFFICIAL',
      'busybox   Base image    7         [OK]',
      'me/x                    0         \n',
    ].join('\n'),
  );
});
