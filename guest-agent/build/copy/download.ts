import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../errors.ts';
import { type HttpResponse, send } from '../../registry/http/http.ts';
import type { BuildSession } from '../session.ts';

/** A file from the web, saved in the build's directory. */
export interface Download {
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * The server's modification time in seconds since the epoch, or 0 if the server doesn't send one.
   */
  readonly mtime: number;
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * Downloads the file of an `ADD URL`. A `checksum` has the form `sha256:<hex>`; empty means none.
 * Throws EngineError 'invalid'.
 */
export async function download(
  { scratch, signal }: Pick<BuildSession, 'scratch' | 'signal'>,
  url: string,
  target: string,
  checksum: string,
): Promise<Download> {
  if (/\.git(#|$)/.test(url)) {
    throw new EngineError('invalid', `git repositories can't be added: ${url}`);
  }
  if (checksum !== '' && !/^sha256:[0-9a-f]{64}$/.test(checksum)) {
    throw new EngineError('invalid', `invalid checksum digest: ${checksum}`);
  }
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  if (name === '' && target.endsWith('/')) {
    throw new EngineError('invalid', `cannot determine filename for source ${url}`);
  }
  const response = await openUrl(url, signal);
  const path = join(scratch, `download-${randomBytes(6).toString('hex')}`);
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    response.body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
    { signal },
  );
  const digest = `sha256:${hash.digest('hex')}`;
  if (checksum !== '' && checksum !== digest) {
    throw new EngineError('invalid', `digest mismatch sha256: ${digest}: ${checksum}`);
  }
  const changed = Date.parse(response.headers['last-modified'] ?? '');
  return { name, path, size, mtime: Number.isNaN(changed) ? 0 : Math.floor(changed / 1000) };
}

/** Returns a successful response with its body unread. Throws EngineError 'invalid'. */
export async function openUrl(url: string, signal: AbortSignal): Promise<HttpResponse> {
  const response = await send(new URL(url), { insecure: false, signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('invalid', `failed to GET ${url}: ${text}`, { cause });
  });
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  response.body.destroy();
  throw new EngineError(
    'invalid',
    `failed to GET ${url} with status ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
  );
}
