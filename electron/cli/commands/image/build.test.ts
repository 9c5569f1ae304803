import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../../host/base/testing/temporary-directory.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords, type Surroundings } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  answer({ stream: 'Step 1/1 : FROM x\n' }, { aux: { ID: 'sha256:1' } });
});
afterEach(() => engine[Symbol.asyncDispose]());

function answer(...messages: object[]): void {
  engine.answer('POST /build', (_, response) => {
    for (const message of messages) response.write(`${JSON.stringify(message)}\r\n`);
    response.end();
  });
}

const build = (words: string[], surroundings?: Surroundings) =>
  runWords(engine, ['build', ...words], surroundings);

/** A directory with files. Names that end in a slash are directories. */
async function directory(files: Record<string, string>): Promise<string> {
  const path = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) await mkdir(join(path, name), { recursive: true });
    else await writeFile(join(path, name), content);
  }
  return path;
}

/** The members of the sent archive: their contents and headers. */
async function sentFiles() {
  const files: Record<string, { header: Header; content: string }> = {};
  const tar = extract();
  Readable.from([engine.requests.at(-1)?.body as Buffer]).pipe(tar);
  for await (const entry of tar) {
    files[entry.header.name] = { header: entry.header, content: await text(entry) };
  }
  return files;
}

test('sends the directory, and shows the engine’s output', async () => {
  const path = await directory({ Dockerfile: 'FROM x', 'sub/': '', 'sub/run': '#!' });
  await chmod(join(path, 'sub/run'), 0o750);
  const unix = process.platform !== 'win32'; // wine has no links, and Windows no modes
  if (unix) await symlink('/etc/passwd', join(path, 'link'));
  expect(await build(['-t', 'a', '-t', 'b:1', path])).toEqual({
    exitCode: 0,
    stdout: 'Step 1/1 : FROM x\n',
    stderr: '',
  });
  const files = await sentFiles();
  expect(Object.keys(files)).toEqual([
    ...['Dockerfile', ...(unix ? ['link'] : []), 'sub/', 'sub/run'],
  ]);
  expect(files['sub/run']).toMatchObject({
    header: { ...(unix && { mode: 0o750 }), uid: 0 },
    content: '#!',
  });
  if (unix) expect(files.link?.header).toMatchObject({ type: 'symlink', linkname: '/etc/passwd' });
  expect(engine.requests[0]?.query).toMatchObject({ dockerfile: 'Dockerfile', rm: 'true' });
});

test('.dockerignore excludes files; NAME.dockerignore takes precedence', async () => {
  const path = await directory({
    ...{ Dockerfile: 'FROM x', 'Other.dockerignore': 'b\n', Other: 'FROM y', a: '', b: '' },
    '.dockerignore': 'a\nDockerfile\n.dockerignore\nOther*\n',
  });
  await build([path]);
  expect(Object.keys(await sentFiles())).toEqual(['.dockerignore', 'Dockerfile', 'b']);
  await build(['-f', join(path, 'Other'), path]);
  expect(Object.keys(await sentFiles())).toEqual([
    ...['.dockerignore', 'Dockerfile', 'Other', 'Other.dockerignore', 'a'],
  ]);
  expect(engine.requests[1]?.query).toMatchObject({ dockerfile: 'Other' });
});

test('a Dockerfile from another directory gets a new name in the archive', async () => {
  const path = await directory({ a: '' });
  const other = await directory({ Dockerfile: 'FROM elsewhere' });
  for (const [file, stdin] of [
    [join(other, 'Dockerfile'), ''],
    ['-', 'FROM elsewhere'],
  ] as const) {
    await build(['-f', file, path], { stdin });
    const name = engine.requests.at(-1)?.query.dockerfile ?? '';
    const files = await sentFiles();
    expect(Object.keys(files)).toEqual([name, 'a']);
    expect(files[name]?.content).toBe('FROM elsewhere');
  }
});

test('standard input is a Dockerfile or a tar', async () => {
  await build(['-'], { stdin: 'FROM stdin\n' });
  expect((await sentFiles()).Dockerfile?.content).toBe('FROM stdin\n');
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM tar');
  tar.finalize();
  const packed = gzipSync(await buffer(tar));
  await build(['-'], { stdin: packed });
  expect(engine.requests[1]?.body).toEqual(packed);
});

test('flags become the engine’s query', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const flags = [
    ...['--build-arg', 'A=1', '--build-arg', 'B', '--build-arg', 'C', '--label', 'l=m'],
    ...['--target', 's', '--no-cache', '--pull', '-m', '64m', '--ulimit', 'nofile=1:2'],
    ...['--network', 'none', '--rm=false', '--progress', 'plain', '--add-host', 'h:1.2.3.4'],
    ...['--security-opt', 'seccomp=unconfined'],
  ];
  await build([...flags, path], { env: { B: 'from here' } });
  expect(engine.requests[0]?.query).toMatchObject({
    buildargs: '{"A":"1","B":"from here","C":null}',
    labels: '{"l":"m"}',
    ulimits: '[{"Name":"nofile","Soft":1,"Hard":2}]',
    ...{ target: 's', nocache: 'true', pull: 'true', memory: '67108864', networkmode: 'none' },
    ...{ rm: 'false', extrahosts: 'h:1.2.3.4', securityopt: '["seccomp=unconfined"]' },
  });
});

test('a command that fails ends the build with its exit code', async () => {
  const message = "The command 'x' returned a non-zero code: 3";
  answer({ stream: 'one\n' }, { errorDetail: { code: 3, message }, error: message });
  const path = await directory({ Dockerfile: 'FROM x' });
  expect(await build([path])).toEqual({
    exitCode: 3,
    stdout: 'one\n',
    stderr: `berth: ${message}\n`,
  });
});

test('--iidfile writes the ID', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  await build(['--iidfile', join(path, 'id'), path]);
  expect(await readFile(join(path, 'id'), 'utf8')).toBe('sha256:1');
});

test.each([
  [['/nonexistent'], 'unable to prepare context: path "/nonexistent" not found'],
  [
    ['git@example.test:a/b.git'],
    "Berth can't build from the Git repository git@example.test:a/b.git",
  ],
  [['-f', '-', '-'], "can't use stdin for both build context and dockerfile"],
])('%j sends nothing', async (words, message) => {
  const { exitCode, stderr } = await build(words);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(message);
  expect(engine.requests).toEqual([]);
});

test('the engine fetches a URL', async () => {
  await build(['https://example.test/context.tar.gz']);
  expect(engine.requests[0]?.query.remote).toBe('https://example.test/context.tar.gz');
});
