import { createWriteStream } from 'node:fs';
import { chmod, type FileHandle, link, lstat, mkdir, open, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Writable } from 'node:stream';
import {
  type EntryWriter,
  receivePackets,
} from '../../../guest-agent/buildkit/files/receive-packets.ts';
import type { TreeEntry } from '../../../guest-agent/buildkit/files/tree-entry.ts';
import {
  BytesMessageSchema,
  FileSend,
} from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import { PacketSchema } from '../../../guest-agent/buildkit/generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { methodPath } from '../../../guest-agent/buildkit/grpc/method.ts';
import { exchanging, type Method } from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { writeTo } from '../../../guest-agent/contract/stream-flow.ts';
import { isLinkRefused, type RefusedLink, refusedLinks } from '../archive/unpack-local.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { unlessMissing } from '../base/system-error.ts';

/** Where an output of a build goes on the host. */
export type OutputPlace =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stream'; readonly stream: Writable };

/** Takes the files and archives that the engine sends, by the index of the exporter. */
export function outputService(places: ReadonlyMap<number, OutputPlace>): Method {
  return exchanging(methodPath(FileSend.method.diffCopy), async (call) => {
    const output = Number(call.headers['buildkit-attachable-exporter-id'] ?? 0);
    const place = places.get(output);
    if (place === undefined) throw new GrpcError(grpcCode.invalidArgument, `no output ${output}`);
    if (place.kind === 'directory') {
      const writer = new DirectoryWriter(place.path);
      const exchange = call.open({ input: PacketSchema, output: PacketSchema });
      await receivePackets(exchange, writer, () => {});
      return;
    }
    const { answers } = call.open({ input: BytesMessageSchema, output: BytesMessageSchema });
    if (place.kind === 'stream') {
      for await (const { data } of answers) await writeTo(place.stream, data);
      return;
    }
    await mkdir(dirname(place.path), { recursive: true });
    const file = createWriteStream(place.path);
    const written = Promise.withResolvers<void>();
    file.on('finish', written.resolve);
    file.on('error', written.reject);
    // The file can fail before the first bytes come.
    awaitedElsewhere(written.promise);
    try {
      for await (const { data } of answers) {
        await Promise.race([writeTo(file, data), written.promise]);
      }
      file.end();
      await written.promise;
    } finally {
      // After a cut connection, the file would stay open.
      file.destroy();
    }
  });
}

/**
 * Adds files to a directory of the user. Existing files with other names stay. No path leads through
 * a link: an earlier output, which can be of the same directory, may have made links to anywhere.
 */
export class DirectoryWriter implements EntryWriter {
  readonly #root: string;
  readonly #seen = new Map<string, TreeEntry>();
  readonly #directories: TreeEntry[] = [];
  readonly #links: TreeEntry[] = [];
  readonly #refused: RefusedLink[] = [];
  readonly #system: NodeJS.Platform;
  readonly #makeSymlink: typeof symlink;

  constructor(
    root: string,
    system: NodeJS.Platform = process.platform,
    makeSymlink: typeof symlink = symlink,
  ) {
    this.#root = root;
    this.#system = system;
    this.#makeSymlink = makeSymlink;
  }

  async add(entry: TreeEntry): Promise<boolean> {
    const { path, kind } = entry;
    const parent = posix.dirname(path);
    if (this.#seen.has(path) || (parent !== '.' && this.#seen.get(parent)?.kind !== 'directory')) {
      throw new GrpcError(grpcCode.invalidArgument, `unexpected path in the output: ${path}`);
    }
    if (this.#system === 'win32' && /[\\:]/.test(path)) {
      throw new GrpcError(grpcCode.invalidArgument, `Windows can't have a file named "${path}"`);
    }
    this.#seen.set(path, entry);
    await mkdir(this.#root, { recursive: true });
    switch (kind) {
      case 'directory':
        this.#directories.push(entry);
        await makeDirectory(this.#place(entry));
        return false;
      case 'symlink':
      case 'link':
        this.#links.push(entry);
        return false;
      case 'file':
        return true;
      default:
        // Device files mean nothing outside of an image.
        return false;
    }
  }

  async create(entry: TreeEntry): Promise<FileHandle> {
    const place = this.#place(entry);
    await rm(place, { recursive: true, force: true });
    return open(place, 'wx');
  }

  async finishFile({ mode, mtime }: TreeEntry, file: FileHandle): Promise<void> {
    try {
      if (this.#system !== 'win32') await file.chmod(mode);
      const time = Number(mtime) / 1e9;
      await file.utimes(time, time);
    } finally {
      await file.close();
    }
  }

  async finish(): Promise<void> {
    for (const entry of this.#links) await this.#makeLink(entry);
    if (this.#system !== 'win32') {
      for (const entry of this.#directories.reverse()) await chmod(this.#place(entry), entry.mode);
    }
    const refusal = refusedLinks(this.#refused, this.#system);
    if (refusal === undefined) return;
    throw new GrpcError(grpcCode.unknown, `${refusal.message}. ${refusal.hint}`);
  }

  async #makeLink(entry: TreeEntry): Promise<void> {
    const place = this.#place(entry);
    const first = entry.kind === 'symlink' ? entry : this.#seen.get(entry.target);
    await rm(place, { recursive: true, force: true });
    if (first?.kind === 'symlink') {
      const { target } = first;
      const isRefused = await isLinkRefused(() => this.#makeSymlink(target, place));
      if (isRefused) this.#refused.push({ place, target });
    } else if (first?.kind === 'file') {
      await link(this.#place(first), place);
    }
  }

  #place({ path }: TreeEntry): string {
    return join(this.#root, path);
  }
}

/** A file or a link in its place makes way, as with Docker's clients. */
async function makeDirectory(place: string): Promise<void> {
  const found = await lstat(place).catch(unlessMissing);
  if (found?.isDirectory()) return;
  if (found !== undefined) await rm(place);
  await mkdir(place);
}
