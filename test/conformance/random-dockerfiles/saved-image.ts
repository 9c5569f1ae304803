import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import * as z from 'zod';

/** An image as its users see it: its configuration, and the files of all its layers together. */
export interface SavedImage {
  /** Lines of the configuration, such as `Env=[...]`. */
  readonly config: readonly string[];
  readonly history: readonly string[];
  /** Each with its type, mode, owner, content and, if the time is old, its time. */
  readonly files: readonly string[];
}

const manifestSchema = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })]);
const configSchema = z.looseObject({
  config: z.record(z.string(), z.unknown()).nullish(),
  history: z.array(z.looseObject({ created: z.string().optional() })).nullish(),
  rootfs: z.looseObject({}),
});

const inspectionSchema = z.looseObject({
  Config: z.record(z.string(), z.unknown()),
  RootFS: z.looseObject({ Layers: z.array(z.string()).nullish() }),
});
const paxSchema = z.record(z.string(), z.string());

/** The version of the API that both engines speak. A later version leaves out empty fields. */
const API = '/v1.51';

/** Reads an image from an engine, as `docker save` does. */
export async function readImage(socketPath: string, name: string): Promise<SavedImage> {
  const { Config: settings, RootFS } = inspectionSchema.parse(
    JSON.parse(String(await download(socketPath, `${API}/images/${name}/json`))),
  );
  // Docker can't save an image without files.
  if (!RootFS.Layers?.length) return { config: configLines(settings), history: [], files: [] };
  const members = await readMembers(await download(socketPath, `${API}/images/${name}/get`));
  const text = (path: string) => members.get(path)?.toString() ?? '';
  const [{ Config, Layers }] = manifestSchema.parse(JSON.parse(text('manifest.json')));
  const { config, history, rootfs, ...rest } = configSchema.parse(JSON.parse(text(Config)));
  const root = new Map<string, string>();
  for (const layer of Layers) await addLayer(root, members.get(layer) ?? Buffer.alloc(0));
  return {
    config: configLines({ ...rest, ...config, created: undefined }),
    history: (history ?? []).map(({ created, ...step }) => JSON.stringify(sorted(step))),
    files: [...root].map(([path, file]) => `${path} ${file}`).sort(),
  };
}

function configLines(config: object): string[] {
  return Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${JSON.stringify(value, withSortedKeys)}`)
    .sort();
}

/** Docker sorts the keys of an image without layers, and not those of others. */
const withSortedKeys = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? sorted(value) : value;

const sorted = (value: object) =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

async function download(socketPath: string, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (response) => {
      buffer(response).then((body) => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${path}: ${response.statusCode} ${body}`));
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

async function readMembers(tar: Buffer): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  const links = new Map<string, string>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const { name, type, linkname } = entry.header;
    if (type === 'symlink' && linkname) links.set(name, linkname);
    members.set(name, await buffer(entry));
  }
  // Older formats have a layer once, and links to it.
  for (const [name, target] of links) {
    const found = members.get(new URL(target, `file:///${name}`).pathname.slice(1));
    if (found !== undefined) members.set(name, found);
  }
  return members;
}

/** Adds a layer's files to the root, and removes what its whiteouts name. */
export async function addLayer(root: Map<string, string>, tar: Buffer): Promise<void> {
  const reader = extract();
  reader.end(tar);
  const added = new Set<string>();
  for await (const entry of reader) {
    const { header } = entry;
    const content = await buffer(entry);
    const path = header.name.replace(/^(\.?\/)+|\/+$/g, '');
    const place = path.lastIndexOf('/') + 1;
    const [parent, name] = [path.slice(0, place), path.slice(place)];
    if (name === '.wh..wh..opq') {
      removeBelow(root, parent, added);
    } else if (name.startsWith('.wh.')) {
      root.delete(parent + name.slice(4));
      removeBelow(root, `${parent}${name.slice(4)}/`, added);
    } else {
      if (header.type !== 'directory') removeBelow(root, `${path}/`, added);
      added.add(path);
      const { type, mode = 0, uid = 0, gid = 0, linkname } = header;
      const isLink = type === 'link';
      const mtime = header.mtime ?? new Date(0);
      root.set(
        path,
        isLink
          ? `link ${linkname?.replace(/^(\.?\/)+/, '')}`
          : [
              ...[type, mode.toString(8), `${uid}:${gid}`],
              ...(type === 'symlink' ? [`-> ${linkname}`] : []),
              ...(type === 'file' ? [`${content.length} bytes`, hash(content)] : []),
              ...attributes(header.pax),
              ...(type !== 'directory' && mtime.getUTCFullYear() < 2025
                ? [mtime.toISOString()]
                : []),
            ].join(' '),
      );
    }
  }
}

const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex').slice(0, 12);

function attributes(pax: unknown): string[] {
  return Object.entries(paxSchema.parse(pax ?? {}))
    .filter(([key]) => key.startsWith('SCHILY.xattr.'))
    .map(([key, value]) => `${key}=${value}`);
}

function removeBelow(root: Map<string, string>, prefix: string, kept: ReadonlySet<string>): void {
  for (const path of root.keys()) {
    if (path.startsWith(prefix) && !kept.has(path)) root.delete(path);
  }
}
