import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { arches } from '../arch.ts';
import { hashInputs } from '../input-hash.ts';
import { starterImages } from './images.ts';
import { writeLayout } from './layout.ts';

const busybox = Buffer.from('\x7fELF\0[\0[[\0acpid\0ls\0sh\0\0');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-starter-'));
  await write(directory);
});

afterAll(() => rm(directory, { recursive: true }));

const created = new Date('2026-01-02T03:04:05Z');
const write = (to: string) =>
  writeLayout(arches.amd64, starterImages(arches.amd64, busybox), created, to);

const descriptorSchema = z.object({ digest: z.string(), size: z.number() });
const indexSchema = z.object({
  manifests: z.array(descriptorSchema.extend({ annotations: z.record(z.string(), z.string()) })),
});
const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.object({
  config: z.object({ Cmd: z.array(z.string()) }),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

const blobPath = (digest: string) => join(directory, 'blobs', digest.replace(':', '/'));

async function readImage(reference: string) {
  const index = indexSchema.parse(
    JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')),
  );
  const found = index.manifests.find(
    ({ annotations }) => annotations['org.opencontainers.image.ref.name'] === reference,
  );
  const read = async (digest: string) => JSON.parse(await readFile(blobPath(digest), 'utf8'));
  const manifest = manifestSchema.parse(await read(found?.digest ?? 'missing'));
  const config = configSchema.parse(await read(manifest.config.digest));
  const tar = gunzipSync(await readFile(blobPath(manifest.layers[0]?.digest ?? 'missing')));
  return { config, tar };
}

async function namesIn(tar: Buffer): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const reader = Readable.from([tar]).pipe(extract());
  for await (const entry of reader) {
    found.set(entry.header.name, entry.header.linkname ?? entry.header.type ?? '');
    entry.resume();
  }
  return found;
}

test('writing it twice gives the same bytes', async () => {
  const again = await mkdtemp(join(tmpdir(), 'berth-starter-'));
  try {
    await write(again);
    expect(await hashInputs({ paths: [again] })).toBe(await hashInputs({ paths: [directory] }));
  } finally {
    await rm(again, { recursive: true });
  }
});

test('every blob is named by its own digest', async () => {
  const blobs = await readdir(join(directory, 'blobs/sha256'));
  expect(blobs.length).toBe(6);
  for (const name of blobs) {
    const content = await readFile(join(directory, 'blobs/sha256', name));
    expect(createHash('sha256').update(content).digest('hex')).toBe(name);
  }
});

test('busybox starts a shell and has its commands in /bin', async () => {
  const { config, tar } = await readImage('docker.io/library/busybox:latest');
  expect(config.config.Cmd).toEqual(['sh']);
  const names = await namesIn(tar);
  expect(names.get('bin/sh')).toBe('busybox');
  expect(names.get('bin/ls')).toBe('busybox');
  expect([...names.keys()]).toEqual(expect.arrayContaining(['etc/passwd', 'tmp', 'root', 'home']));
});

test('the diff ID is that of the uncompressed layer', async () => {
  const { config, tar } = await readImage('docker.io/library/hello-world:latest');
  const digest = createHash('sha256').update(tar).digest('hex');
  expect(config.rootfs.diff_ids).toEqual([`sha256:${digest}`]);
});

test('hello-world says hello', async () => {
  const { config, tar } = await readImage('docker.io/library/hello-world:latest');
  expect(config.config.Cmd).toEqual(['/hello']);
  expect(tar.toString('latin1')).toContain('Hello! This container runs');
});
