import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { pause } from '../base/pause.ts';
import { codeOf, unlessMissing } from '../base/system-error.ts';
import { networkReason, requireSafe } from './feed.ts';

const log = loggerOf('vm-image');

export interface Download {
  readonly url: URL;
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** An incomplete file of an earlier attempt is continued. */
  readonly target: string;
  /** Called with the number of bytes that the file has. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
  /** Shorter in tests. */
  readonly times?: DownloadTimes;
}

export interface DownloadTimes {
  /** How long the server may send nothing. */
  readonly silenceMs: number;
  /** The waits between attempts that bring nothing new. */
  readonly waitsMs: readonly number[];
}

const usualTimes: DownloadTimes = { silenceMs: 30_000, waitsMs: [1_000, 3_000, 10_000] };

/**
 * Downloads one file and checks its digest. Continues after a cut connection, and after the end of this
 * process. Rejects with HostError 'connection', and keeps what has arrived, unless the content is wrong.
 */
export async function downloadFile(download: Download): Promise<void> {
  // A file that was continued may be of two versions. The second attempt begins at the start.
  const isContinued = (await sizeOf(download.target)) > 0;
  if (await fetchWhole(download)) return;
  if (isContinued && (await fetchWhole(download))) return;
  throw new HostError('connection', `The content of ${download.url} is not as published`, {
    hint: 'Berth deleted the file. Try again later. If the problem stays, something between you and the server changes downloads.',
  });
}

/** False if the content is wrong; then the file is empty again. */
async function fetchWhole(download: Download): Promise<boolean> {
  const { target, size, sha256, onBytes, signal, times = usualTimes } = download;
  const file = await open(target, (await sizeOf(target)) > 0 ? 'r+' : 'w', 0o600);
  try {
    const hash = createHash('sha256');
    let have = await hashStart(file, target, size, hash);
    onBytes(have);
    for (let fruitless = 0; have < size; ) {
      signal.throwIfAborted();
      const before = have;
      try {
        have = await fetchRest(download, file, have, hash);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof WrongSize) return await discard(file);
        if (codeOf(error) === 'ENOSPC') throw diskIsFull(error);
        have = (await file.stat()).size;
        if (have > before) fruitless = 0;
        const wait = times.waitsMs[fruitless++];
        if (wait === undefined) throw connectionError(download.url, error);
        log.info(`Continuing the download of ${download.url}`, error);
        await pause(wait, signal);
      }
    }
    await file.sync();
    return hash.digest('hex') === sha256 || (await discard(file));
  } finally {
    await file.close();
  }
}

class WrongSize extends Error {}

/** Adds an existing beginning of the file to the hash. Returns its size. */
async function hashStart(file: FileHandle, target: string, size: number, hash: Hash) {
  if ((await file.stat()).size > size) await discard(file);
  let have = 0;
  for await (const chunk of createReadStream(target)) {
    hash.update(chunk);
    have += chunk.length;
  }
  return have;
}

/** Appends the rest of the file. Returns the file's size. */
async function fetchRest(
  { url, size, onBytes, signal, times = usualTimes }: Download,
  file: FileHandle,
  start: number,
  hash: Hash,
): Promise<number> {
  const silent = new AbortController();
  const timer = setTimeout(
    () => silent.abort(new Error('the server sends nothing')),
    times.silenceMs,
  );
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, silent.signal]),
      headers: {
        // Ranges of a compressed answer would be of no use.
        'accept-encoding': 'identity',
        ...(start > 0 && { range: `bytes=${start}-` }),
      },
    });
    requireSafe(response.url);
    if (!response.ok || !response.body) {
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    }
    // A server without ranges sends the whole file: skip what is there.
    let skip = response.status === 206 ? 0 : start;
    let have = start;
    for await (const chunk of response.body) {
      timer.refresh();
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      if (have + fresh.length > size) throw new WrongSize();
      await writeAll(file, fresh, have);
      hash.update(fresh);
      have += fresh.length;
      onBytes(have);
    }
    if (have < size) throw new Error('the connection was cut');
    return have;
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

async function discard(file: FileHandle): Promise<false> {
  await file.truncate(0);
  return false;
}

const sizeOf = async (path: string) => (await stat(path).catch(unlessMissing))?.size ?? 0;

function diskIsFull(cause: unknown): HostError {
  return new HostError('internal', "The disk is full, so Berth can't download the VM image", {
    hint: 'Free some space, and try again. Berth continues the download.',
    cause,
  });
}

function connectionError(url: URL, cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  return new HostError('connection', `Can't download ${url}: ${networkReason(cause)}`, {
    hint: 'Check your connection, and try again. Berth continues the download.',
    cause,
  });
}
