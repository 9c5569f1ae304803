import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { resultDefinition } from '../frontend/result-definition.ts';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import {
  DefinitionSchema,
  OpSchema,
} from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { Job } from '../jobs/job.ts';
import { downloadSource } from './remote-file.ts';
import { readResultFile, statResultFile } from './result-files.ts';

const { signal } = new AbortController();
const engine = {} as Engine;
const job = () => new Job(create(SolveRequestSchema, { Ref: 'r' }), signal);

async function directory(): Promise<string> {
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return temporary.path;
}

function definition(identifier: string, attrs: Record<string, string> = {}) {
  const source = create(OpSchema, { op: { case: 'source', value: { identifier, attrs } } });
  const last = create(OpSchema, { inputs: [{ digest: 'sha256:x' }] });
  return create(DefinitionSchema, {
    def: [toBinary(OpSchema, source), toBinary(OpSchema, last)],
  });
}

test('a Dockerfile on the web can be read in parts', async () => {
  const server = createServer((_, response) => response.end('FROM box\nRUN true\n')).listen(0);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const builds = await directory();
  const steps = job();
  const wanted = definition(`http://127.0.0.1:${port}/sub/File`, { 'http.filename': 'Dockerfile' });
  const files = await downloadSource(steps, wanted, builds, signal);
  const result = { id: 'r-0', image: undefined, directory: files };
  const read = async (offset: number, length: number) =>
    String(await readResultFile(engine, result, 'Dockerfile', { offset, length }));
  expect(await read(0, 0)).toBe('FROM box\nRUN true\n');
  expect(await read(5, 3)).toBe('box');
  expect(await read(99, 0)).toBe('');
  expect(await statResultFile(engine, result, 'Dockerfile')).toMatchObject({ size: 18n });
  steps.end();
  await expect(read(0, 0)).rejects.toThrow('open Dockerfile: no such file or directory');
});

test('a file on the web that no Dockerfile is as long as is refused', async () => {
  const server = createServer((_, response) => {
    // Without an end, as long as the other side reads.
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
    };
    response.on('drain', write);
    write();
  }).listen(0);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wanted = definition(`http://127.0.0.1:${port}/Long`);
  await expect(downloadSource(job(), wanted, await directory(), signal)).rejects.toThrow(
    'Long is too large',
  );
});

test('a path that goes back up names a file of the result', async () => {
  const temporary = await directory();
  const root = join(temporary, 'result');
  await mkdir(join(root, 'a/b'), { recursive: true });
  await writeFile(join(root, 'a/file'), 'four');
  const result = { id: 'r-0', image: undefined, directory: root };
  const stat = (path: string) => statResultFile(engine, result, path);
  expect(await stat('a/b/../file')).toMatchObject({ path: 'file', size: 4n });
  expect(await stat('a/b/..')).toMatchObject({ path: 'a' });
  expect(await stat('a/..')).toEqual(await stat('/'));
  expect(await stat('..')).toEqual(await stat('/'));
});

test('no file outside of a result is read', async () => {
  const root = await directory();
  await mkdir(join(root, 'result'));
  await writeFile(join(root, 'secret'), 'x');
  const result = { id: 'r-0', image: undefined, directory: join(root, 'result') };
  await expect(
    readResultFile(engine, result, '../secret', { offset: 0, length: 0 }),
  ).rejects.toThrow('no such file or directory');
});

test.each(['docker-image://docker.io/library/box', 'git://example.com/x.git', 'local://context'])(
  'a definition with %s is refused',
  async (identifier) => {
    await expect(downloadSource(job(), definition(identifier), '/nowhere', signal)).rejects.toThrow(
      `Berth can't solve this definition (${identifier})`,
    );
  },
);

test('a result of another build isn’t a source to download', async () => {
  const other = create(DefinitionSchema, resultDefinition('r-1'));
  await expect(downloadSource(job(), other, '/nowhere', signal)).rejects.toThrow('berth-ref://r-1');
});
