import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendBytes, sendDirectory } from '../../../../guest-agent/buildkit/export/send-files.ts';
import { dockerfileError } from '../../../../guest-agent/buildkit/frontend/dockerfile-error.ts';
import { Auth } from '../../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/auth/auth_pb.js';
import { Upload } from '../../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/upload/upload_pb.js';
import { callStreaming, callUnary } from '../../../../guest-agent/buildkit/grpc/client.ts';
import { GrpcError } from '../../../../guest-agent/buildkit/grpc/status.ts';
import { sessionSecret } from '../../../../guest-agent/buildkit/session/secrets.ts';
import { EngineError } from '../../../../guest-agent/errors.ts';
import { tarMember } from '../../../../guest-agent/store/tar/member.ts';
import { temporaryDirectory } from '../../../host/base/testing/temporary-directory.ts';
import { StandInBuildkit } from '../../../host/buildkit/testing/stand-in-buildkit.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords, type Surroundings } from '../../testing/run.ts';

const { signal } = new AbortController();

let engine: ScriptedEngine;
let buildkit: StandInBuildkit;
beforeEach(async () => {
  engine = await startScriptedEngine();
  buildkit = new StandInBuildkit();
  buildkit.attach(engine);
});
afterEach(() => engine[Symbol.asyncDispose]());

const build = (words: string[], surroundings?: Surroundings) =>
  runWords(engine, ['build', ...words], surroundings);

/** The build that the engine saw last. */
function seen() {
  const last = buildkit.builds.at(-1);
  if (last === undefined) throw new Error('the engine saw no build');
  return last;
}

/** A directory with files. Names that end in a slash are directories. */
async function directory(files: Record<string, string>): Promise<string> {
  const path = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) await mkdir(join(path, name), { recursive: true });
    else await writeFile(join(path, name), content);
  }
  return path;
}

test('gives the engine the files, and prints steps as buildx does', async () => {
  const path = await directory({ Dockerfile: 'FROM x', 'sub/': '', 'sub/run': '#!' });
  let files = {};
  buildkit.script = async ({ job, files: read }) => {
    files = [await read('dockerfile'), await read('context', { followpaths: ['sub'] })];
    const vertex = job.vertex('[1/2] RUN make');
    vertex.output('stdout', Buffer.from('one\ntwo\nlast'));
    vertex.complete();
    job.vertex('[2/2] COPY . .').complete({ cached: true });
    return undefined;
  };
  const { exitCode, stdout, stderr } = await build(['-t', 'a', '-t', 'b:1', path]);
  expect([exitCode, stdout]).toEqual([0, '']);
  expect(files).toEqual([
    { Dockerfile: 'FROM x', 'sub/': '', 'sub/run': '#!' },
    { 'sub/': '', 'sub/run': '#!' },
  ]);
  expect(stderr.replace(/\d+\.\d+s?/g, 'N')).toBe(
    [
      '#0 building with "berth" instance using docker driver',
      ...['', '#1 [1/2] RUN make', '#1 N one', '#1 N two', '#1 N last', '#1 DONE N'],
      ...['', '#2 [2/2] COPY . .', '#2 CACHED', ''],
    ].join('\n'),
  );
  expect(seen().request.Exporters).toMatchObject([{ Type: 'moby', Attrs: { name: 'a,b:1' } }]);
});

test('a Dockerfile from elsewhere or from standard input stays beside the context', async () => {
  const path = await directory({ a: '' });
  const other = await directory({ Other: 'FROM elsewhere' });
  const read: object[] = [];
  buildkit.script = async ({ files }) => {
    read.push(await files('dockerfile'), await files('context'));
    return undefined;
  };
  await build(['-f', join(other, 'Other'), path]);
  expect(seen().attributes.filename).toBe('Other');
  await build(['-f', '-', path], { stdin: 'FROM stdin' });
  expect(read).toEqual([
    { Other: 'FROM elsewhere' },
    { a: '' },
    { Dockerfile: 'FROM stdin' },
    { a: '' },
  ]);
});

test('standard input is a Dockerfile or a tar', async () => {
  let dockerfile = {};
  buildkit.script = async ({ files }) => {
    dockerfile = await files('dockerfile');
    return undefined;
  };
  await build(['-'], { stdin: 'FROM stdin\n' });
  expect(dockerfile).toEqual({ Dockerfile: 'FROM stdin\n' });
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM tar');
  tar.finalize();
  const packed = gzipSync(await buffer(tar));
  let sent = Buffer.alloc(0);
  buildkit.script = async ({ session }) => {
    const upload = callStreaming(
      session.http2,
      Upload.method.pull,
      { urlpath: '/context' },
      signal,
    );
    upload.end();
    for await (const { data } of upload.answers) sent = Buffer.concat([sent, data]);
    return undefined;
  };
  expect(await build(['-'], { stdin: packed })).toMatchObject({ exitCode: 0 });
  expect(seen().attributes.context).toMatch(/^http:\/\/buildkit-session\//);
  expect(sent).toEqual(packed);
});

test('flags become what the frontend reads', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const shared = await directory({ lib: '1' });
  let lib = {};
  buildkit.script = async ({ files }) => {
    lib = await files('lib');
    return undefined;
  };
  const flags = [
    ...['--build-arg', 'A=1', '--build-arg', 'B', '--build-arg', 'C', '--label', 'l=m'],
    ...['--target', 's', '--no-cache', '--pull', '--ulimit', 'nofile=1:2', '--shm-size', '1m'],
    ...['--network', 'host', '--add-host', 'h:1.2.3.4', '--add-host', 'g=host-gateway'],
    ...['--platform', 'linux/arm64', '--allow', 'security.insecure', '--cgroup-parent', 'c'],
    ...['--build-context', `lib=${shared}`, '--build-context', 'base=docker-image://alpine'],
    ...['--cache-from', 'user/app:cache', '--cache-to', 'type=inline'],
  ];
  await build([...flags, path], { env: { B: 'from here' } });
  expect(lib).toEqual({ lib: '1' });
  const { attributes, request } = seen();
  expect(attributes).toMatchObject({
    ...{ 'build-arg:A': '1', 'build-arg:B': 'from here', 'label:l': 'm', target: 's' },
    ...{ 'no-cache': '', 'image-resolve-mode': 'pull', ulimit: 'nofile=1:2' },
    ...{ 'shm-size': '1048576', 'force-network-mode': 'host', platform: 'linux/arm64' },
    ...{ 'add-hosts': 'h=1.2.3.4,g=10.1.1.1', 'cgroup-parent': 'c' },
    ...{ 'context:lib': 'local:lib', 'context:base': 'docker-image://alpine' },
    'cache-imports': '[{"Type":"registry","Attrs":{"ref":"user/app:cache"}}]',
  });
  expect(attributes).not.toHaveProperty('build-arg:C');
  expect(request.Entitlements).toEqual(['security.insecure', 'network.host']);
  expect(request.Cache?.Exports).toMatchObject([{ Type: 'inline' }]);
});

test('secrets come from files and variables, and credentials from Docker’s files', async () => {
  const path = await directory({ Dockerfile: 'FROM x', token: 'in a file' });
  const read: unknown[] = [];
  buildkit.script = async ({ session }) => {
    for (const id of ['a', 'b', 'none'])
      read.push(String(await sessionSecret(session, id, signal)));
    const { credentials } = Auth.method;
    read.push((await callUnary(session.http2, credentials, { Host: 'r.example' }, signal)).Secret);
    return undefined;
  };
  const secrets = ['--secret', `id=a,src=${join(path, 'token')}`, '--secret', 'id=b,env=TOKEN'];
  expect(await build([...secrets, path], { env: { TOKEN: 'in a variable' } })).toMatchObject({
    exitCode: 0,
  });
  expect(read).toEqual(['in a file', 'in a variable', 'undefined', '']);
  const missing = await build(['--secret', 'id=a,src=/none', path]);
  expect(missing.stderr).toContain('failed to stat /none: stat /none: no such file or directory');
});

test('--output writes files on this host', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const result = await directory({ 'bin/': '', 'bin/app': 'made' });
  const out = join(await temporaryDirectory(), 'out');
  buildkit.script = async ({ job, session }) => {
    const files = async function* () {
      yield { member: tarMember({ name: 'bin', type: 'directory' }) };
      const member = tarMember({ name: 'bin/app', type: 'file', size: 4 });
      yield { member, file: join(result, 'bin/app') };
    };
    await sendDirectory(session.http2, { index: 0 }, files(), () => {}, job.signal);
    const tar = Readable.from([Buffer.from('a tar')]);
    await sendBytes(session.http2, { index: 1 }, tar, () => {}, job.signal);
    return undefined;
  };
  const flags = ['-o', out, '-o', `type=oci,dest=${out}.tar`, '-t', 'a'];
  expect(await build([...flags, path])).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(out, 'bin/app'), 'utf8')).toBe('made');
  expect(await readFile(`${out}.tar`, 'utf8')).toBe('a tar');
  expect(seen().request.Exporters).toMatchObject([
    { Type: 'local', Attrs: {} },
    { Type: 'oci', Attrs: { name: 'a' } },
  ]);
});

test('a failed build ends with the lines of the Dockerfile and the last output', async () => {
  const text = 'FROM x\nRUN one\nRUN false\n';
  buildkit.script = async ({ job }) => {
    const vertex = job.vertex('[2/2] RUN false');
    vertex.output('stderr', Buffer.from('bad news\n'));
    vertex.fail('exit code: 1');
    const source = { filename: 'Dockerfile', text };
    throw dockerfileError(new EngineError('internal', 'process failed'), source, { lines: [3, 3] });
  };
  const path = await directory({ Dockerfile: text });
  const { exitCode, stderr } = await build([path]);
  expect(exitCode).toBe(1);
  expect(stderr.replace(/\d+\.\d+/g, 'N')).toContain(
    [
      ...['#1 [2/2] RUN false', '#1 N bad news', '#1 ERROR: exit code: 1'],
      ...['------', ' > [2/2] RUN false:', 'N bad news', '------'],
      ...['Dockerfile:3', '--------------------', '   1 |     FROM x', '   2 |     RUN one'],
      ...['   3 | >>> RUN false', '   4 |     ', '--------------------'],
      'berth: failed to build: failed to solve: process failed',
    ].join('\n'),
  );
});

test('-q prints only the ID, and files tell of the result', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const [id, metadata] = [join(path, 'id'), join(path, 'metadata')];
  const flags = ['-q', '--iidfile', id, '--metadata-file', metadata];
  expect(await build([...flags, path])).toEqual({
    ...{ exitCode: 0, stdout: 'sha256:1\n', stderr: '' },
  });
  expect(await readFile(id, 'utf8')).toBe('sha256:1');
  expect(JSON.parse(await readFile(metadata, 'utf8'))).toMatchObject({
    'containerimage.digest': 'sha256:1',
    'buildx.build.ref': expect.stringMatching(/^berth\/berth\/\w+$/),
  });
});

test('--check prints the frontend’s answer', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const text = 'WARNING: StageNameCasing - https://example.test\n';
  buildkit.script = async () => ({
    'result.txt': Buffer.from(text),
    'result.json': Buffer.from('{}'),
    'result.statuscode': Buffer.from('1'),
  });
  expect(await build(['-q', '--check', path])).toEqual({
    ...{ exitCode: 1, stderr: '' },
    stdout: `Check complete, 1 warning has been found!\n${text}`,
  });
  expect(seen().attributes.requestid).toBe('frontend.lint');
  expect(seen().request).toMatchObject({ Internal: true, Exporters: [] });
  expect((await build(['-q', '--call', 'outline,format=json', path])).stdout).toBe('{}\n');
  buildkit.script = async () => ({
    'result.json': Buffer.from('{"buildError":{"message":"unknown instruction: FRO"}}'),
    'result.statuscode': Buffer.from('1'),
  });
  expect(await build(['-q', '--check', path])).toEqual({
    ...{ exitCode: 1, stderr: '', stdout: 'error: unknown instruction: FRO\n' },
  });
});

test('warnings are counted below the build', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  buildkit.script = async ({ job }) => {
    const vertex = job.vertex('[internal] load build definition from Dockerfile');
    const warning = { vertex: vertex.digest, level: 1n, short: Buffer.from('Casing: line 1') };
    job.status.append({ warnings: [warning] });
    vertex.complete();
    return undefined;
  };
  const { stderr } = await build([path]);
  expect(stderr).toContain('#1 WARN: Casing: line 1\n');
  expect(stderr).toContain('\n 1 warning found:\n - Casing: line 1\n');
});

test('an interrupted build is cancelled in the engine', async () => {
  const path = await directory({ Dockerfile: 'FROM x' });
  const { EventEmitter } = await import('node:events');
  const signals = new EventEmitter();
  const cancelled = Promise.withResolvers<void>();
  buildkit.script = async ({ job }) => {
    job.vertex('[1/1] RUN sleep');
    job.signal.addEventListener('abort', () => cancelled.resolve());
    signals.emit('SIGINT');
    await cancelled.promise;
    throw new GrpcError(1, 'context canceled');
  };
  const { exitCode, stderr } = await build([path], { signals });
  await cancelled.promise;
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('the build was cancelled');
});

test.each([
  [['/nonexistent'], 'unable to prepare context: path "/nonexistent" not found'],
  [['-f', '-', '-'], "can't use stdin for both build context and dockerfile"],
  [['--network', 'mine', '-'], 'network mode "mine" not supported by buildkit'],
  [['--call', 'guess', '-'], 'unknown method "guess" for --call'],
])('%j sends nothing', async (words, message) => {
  const { exitCode, stderr } = await build(words, { stdin: 'FROM x' });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(message);
  expect(engine.requests.filter(({ path }) => path === '/grpc')).toEqual([]);
});

test('the engine fetches addresses', async () => {
  for (const address of ['https://example.test/context.tar.gz', 'git@example.test:a/b.git']) {
    await build([address]);
    expect(seen().attributes.context).toBe(address);
  }
});
