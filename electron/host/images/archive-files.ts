import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { PullProgress } from '../../api/images.ts';
import { HostError, reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { moveFile } from '../base/move-file.ts';
import { isMissing } from '../base/system-error.ts';
import type { StreamedMessage } from '../engine/image-archives.ts';

const log = loggerOf('images');

/** The interval between progress reports, in milliseconds. */
const NEWS_EVERY = 200;

/** Writes an archive to a file that appears only when it is complete. */
export async function* saveArchive(body: Readable, path: string): AsyncGenerator<PullProgress> {
  const found = await stat(path).catch((cause) => {
    if (!isMissing(cause)) throw unusable('written', path, cause);
  });
  if (found && !found.isFile()) throw new HostError('invalid', `${path} isn't a file`);
  const partial = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const file = await open(partial, 'wx', 0o600).catch((cause: unknown) => {
    throw unusable('written', path, cause);
  });
  try {
    let current = 0;
    let told = 0;
    for await (const chunk of body) {
      await file.writeFile(chunk);
      current += chunk.length;
      if (Date.now() - told < NEWS_EVERY) continue;
      told = Date.now();
      yield { status: 'Saving', current, total: 0 };
    }
    await file.sync();
    await file.close();
    await moveFile(partial, path);
    yield { status: 'Saved', current, total: current };
  } finally {
    body.destroy();
    await log.attempt(`Closing ${partial}`, file.close());
    await rm(partial, { force: true });
  }
}

/**
 * Passes a file to `take`, and yields how much of it was read and the engine's messages. When the
 * signal aborts, the file ends early.
 */
export async function* readArchive(
  path: string,
  signal: AbortSignal,
  take: (archive: Readable) => AsyncIterable<StreamedMessage>,
): AsyncGenerator<PullProgress> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unusable('read', path, cause);
  });
  if (!found.isFile()) throw new HostError('invalid', `${path} isn't a file`);
  const archive = createReadStream(path, { signal });
  let failure: unknown;
  archive.once('error', (error) => {
    failure = error;
  });
  try {
    for await (const { stream, status } of take(archive)) {
      const text = (stream ?? status ?? '').trim();
      if (text !== '') yield { status: text, current: archive.bytesRead, total: found.size };
    }
  } catch (error) {
    throw failure === undefined ? error : unusable('read', path, failure);
  } finally {
    archive.destroy();
  }
}

function unusable(what: string, path: string, cause: unknown): HostError {
  const reason = reasonOf(cause);
  return new HostError('invalid', `${path} can't be ${what}: ${reason}`, { cause });
}
