import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { type FileContent, type FilePlace, MAX_TEXT_BYTES } from '../../api/files.ts';
import { HostError } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';
import { type PathStat, readPath, statPath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';

const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

const IMAGES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  ico: 'image/x-icon',
};

/** Reads a file's content if it can be shown. Follows links. */
export async function readFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<FileContent> {
  const { stat, path: actual } = await findFile(client, place, path);
  if (stat.isDirectory) throw new HostError('invalid', `${path} is a folder, not a file`);
  if (!stat.isFile) return { kind: 'special' };
  const { size } = stat;
  const image = IMAGES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (size > (image ? MAX_IMAGE_BYTES : MAX_TEXT_BYTES)) return { kind: 'large', size };
  const { content } = await readOne(client, place, actual);
  if (image)
    return { kind: 'image', size, source: `data:${image};base64,${content.toString('base64')}` };
  const text = textOf(content);
  if (text === undefined) return { kind: 'binary', size };
  return { kind: 'text', text, version: versionOf(stat) };
}

/** A version that changes when the file changes. */
export const versionOf = ({ modifiedAt, size }: PathStat) => `${modifiedAt} ${size}`;

/**
 * Resolves links and returns the final path and its metadata. Rejects with HostError 'engine',
 * status 404.
 */
export async function findFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<{ stat: PathStat; path: string }> {
  const stat = await statPath(client, place, path);
  if (stat?.linkTarget) {
    const behind = await statPath(client, place, stat.linkTarget);
    if (behind) return { stat: behind, path: stat.linkTarget };
  } else if (stat) {
    return { stat, path };
  }
  throw new HostError('engine', `${path} no longer exists`, { status: 404 });
}

/** Reads the single file in an archive. */
export async function readOne(
  client: EngineClient,
  place: FilePlace,
  path: string,
  options: { signal?: AbortSignal } = {},
): Promise<{ header: Header; content: Buffer }> {
  const { tar } = await readPath(client, place, path, options);
  try {
    return await firstEntry(tar);
  } finally {
    tar.destroy();
  }
}

async function firstEntry(tar: Readable): Promise<{ header: Header; content: Buffer }> {
  const entries = extract();
  tar.on('error', (error) => entries.destroy(error));
  tar.pipe(entries);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    return { header: entry.header, content: Buffer.concat(chunks) };
  }
  throw new HostError('engine', 'the archive of the file is empty');
}

/** Undefined if the content isn't UTF-8 text. */
function textOf(content: Buffer): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    // Keeps a byte order mark, so that saving preserves it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    if (codeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    return undefined;
  }
}
