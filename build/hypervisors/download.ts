import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Archive } from './pins.ts';

/** Silence of a server after which a download fails. */
const stallMs = 60_000;

/**
 * Downloads an archive into the cache, and returns its path. Continues an interrupted download.
 * Rejects unless the archive has its digest; a cached archive is checked again.
 */
export async function downloadArchive(archive: Archive, cache: string): Promise<string> {
  const [algorithm = '', digest = ''] = archive.digest.split(':');
  const path = join(cache, `${archive.name}-${archive.version}-${digest.slice(0, 16)}`);
  await mkdir(cache, { recursive: true });
  if (existsSync(path)) {
    if ((await digestOf(path, algorithm)) === digest) return path;
    await rm(path);
  }
  const partial = `${path}.partial`;
  await fetchInto(archive.url, partial);
  const actual = await digestOf(partial, algorithm);
  if (actual !== digest) {
    await rm(partial);
    throw new Error(
      `${archive.url} isn't what build/hypervisors/pins.json lists: its digest is
  ${algorithm}:${actual}, not
  ${archive.digest}.
Don't use the file: someone may have changed it.`,
    );
  }
  await rename(partial, path);
  return path;
}

/** Appends to what an interrupted download left, if the server can continue. */
async function fetchInto(url: string, partial: string): Promise<void> {
  const start = await stat(partial).then(
    ({ size }) => size,
    () => 0,
  );
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  try {
    const response = await fetch(url, {
      signal: stall.signal,
      headers: {
        // Anyone may read Homebrew's archives, with this token.
        ...(new URL(url).hostname === 'ghcr.io' && { authorization: 'Bearer QQ==' }),
        ...(start > 0 && { range: `bytes=${start}-` }),
      },
    });
    // The file is whole already, or it isn't the one that was begun.
    if (response.status === 416) return;
    if (!response.ok || !response.body) {
      throw new Error(`${url} answers ${response.status} ${response.statusText}`);
    }
    const file = await open(partial, response.status === 206 ? 'a' : 'w');
    try {
      // Each part is on disk before the next one, so that a download can continue where it stopped.
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), stallMs);
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new Error(`Can't download ${url}. To continue, run the command again.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
