import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';

/**
 * `node describe-layout.ts DIRECTORY` prints what is in an OCI image layout: everything but digests
 * and sizes, which depend on the program that compressed the layers. Layers are named by their
 * files.
 */

const descriptorSchema = z.looseObject({ mediaType: z.string().default(''), digest: z.string() });
const manifestSchema = z.looseObject({
  config: descriptorSchema.optional(),
  // Docker writes null for an image without files.
  layers: z.array(descriptorSchema).nullish(),
  manifests: z.array(descriptorSchema).optional(),
});

const [root = ''] = process.argv.slice(2);
const seen = new Map<string, string>();

const blob = (digest: string) =>
  readFileSync(join(root, 'blobs/sha256', digest.split(':')[1] ?? ''));

/** The same name for the same digest, in order of appearance. */
function nameOf(digest: string): string {
  const name = seen.get(digest) ?? `<${seen.size + 1}>`;
  seen.set(digest, name);
  return name;
}

function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(described);
  if (typeof value === 'string') return value.replaceAll(/sha256:[\da-f]{64}/g, nameOf);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      // Sizes depend on the compression. The ID of a build is random.
      .filter(([name]) => !/^(size|buildInvocationID|invocationId)$/.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, described(each)]),
  );
}

function show(title: string, value: unknown, depth: number): void {
  console.log(`${' '.repeat(depth)}${title} ${JSON.stringify(described(value))}`);
}

function showManifest(digest: string, depth: number): void {
  const bytes = blob(digest);
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest) {
    console.log(`${digest} is damaged`);
  }
  const { config, layers, manifests, ...rest } = manifestSchema.parse(JSON.parse(String(bytes)));
  show('manifest', { ...rest, config: config?.mediaType }, depth);
  for (const each of manifests ?? []) {
    show('entry', { ...each, digest: '' }, depth + 1);
    showManifest(each.digest, depth + 2);
  }
  if (config !== undefined) show('config', JSON.parse(String(blob(config.digest))), depth + 1);
  for (const layer of layers ?? []) {
    show('layer', { ...layer, digest: '' }, depth + 1);
    const content = blob(layer.digest);
    if (layer.mediaType.endsWith('json')) {
      show('statement', JSON.parse(String(content)), depth + 2);
    } else if (layer.mediaType.startsWith('application/vnd.buildkit')) continue;
    else
      for (const line of filesOf(layer.mediaType, content))
        console.log(' '.repeat(depth + 2) + line);
  }
}

function filesOf(mediaType: string, content: Buffer): string[] {
  const tar = /gzip$/.test(mediaType)
    ? gunzipSync(content)
    : /zstd$/.test(mediaType)
      ? zstdDecompressSync(content)
      : content;
  const lines: string[] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512);
    const text = (from: number, to: number) =>
      header.subarray(from, to).toString().split('\0', 1)[0];
    const size = Number.parseInt(text(124, 136) ?? '', 8) || 0;
    const type = text(156, 157);
    if (type !== 'x' && type !== 'g') {
      const mode = (Number.parseInt(text(100, 108) ?? '', 8) & 0o7777).toString(8);
      lines.push(`${type} ${mode} ${size} ${text(0, 100)?.replace(/\/$/, '')}`);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return lines.length > 20 ? [`${lines.length > 20 ? 'many' : lines.length} files`] : lines.sort();
}

console.log(
  readdirSync(root)
    .filter((name) => name !== 'ingest' || !statSync(join(root, name)).isDirectory())
    .sort()
    .join(' '),
);
const index = manifestSchema.parse(JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')));
for (const entry of index.manifests ?? []) {
  show('top', { ...entry, digest: '' }, 0);
  showManifest(entry.digest, 1);
}
