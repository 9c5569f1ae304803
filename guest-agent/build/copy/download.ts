import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../errors.ts';
import { type HttpResponse, send } from '../../registry/http/http.ts';
import { classic, type Dialect } from '../dialect.ts';
import { redacted } from '../git/redacted.ts';
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
  { scratch, signal, dialect }: Pick<BuildSession, 'scratch' | 'signal' | 'dialect'>,
  url: string,
  target: string,
  checksum: string,
): Promise<Download> {
  const isBuildkit = dialect.name === 'buildkit';
  checkDigest(checksum);
  const pathname = URL.parse(url)?.pathname;
  if (pathname === undefined) {
    throw new EngineError('invalid', `${redacted(url)} is not a valid address`);
  }
  const name = isBuildkit
    ? posix.basename(pathname) || '__unnamed__'
    : posix.basename(`${pathname}x`).slice(0, -1);
  if (name === '' && target.endsWith('/')) {
    throw new EngineError('invalid', `cannot determine filename for source ${redacted(url)}`);
  }
  const response = await openUrl(url, signal, dialect);
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
    const what = isBuildkit ? 'digest mismatch' : 'digest mismatch sha256:';
    throw new EngineError('invalid', `${what} ${digest}: ${checksum}`);
  }
  const changed = Date.parse(response.headers['last-modified'] ?? '');
  return { name, path, size, mtime: Number.isNaN(changed) ? 0 : Math.floor(changed / 1000) };
}

/** Throws EngineError 'invalid' for a checksum that is neither empty nor `sha256:<hex>`. */
function checkDigest(checksum: string): void {
  if (checksum === '') return;
  const [, algorithm = '', hex = ''] = /^([A-Za-z0-9_+.-]+):(.+)$/s.exec(checksum) ?? [];
  if (algorithm === '') throw new EngineError('invalid', 'invalid checksum digest format');
  if (algorithm !== 'sha256') throw new EngineError('invalid', 'unsupported digest algorithm');
  if (hex.length !== 64) throw new EngineError('invalid', 'invalid checksum digest length');
  if (!/^[0-9a-f]+$/.test(hex)) throw new EngineError('invalid', 'invalid checksum digest format');
}

/** Returns a successful response with its body unread. Throws EngineError 'invalid'. */
export async function openUrl(
  url: string,
  signal: AbortSignal,
  dialect: Dialect = classic,
): Promise<HttpResponse> {
  const isBuildkit = dialect.name === 'buildkit';
  const response = await send(new URL(url), { insecure: false, signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const text = cause instanceof Error ? cause.message : String(cause);
    const where = isBuildkit ? 'failed to load cache key' : `failed to GET ${redacted(url)}`;
    throw new EngineError('invalid', `${where}: ${text}`, { cause });
  });
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  response.body.destroy();
  throw new EngineError(
    'invalid',
    isBuildkit
      ? `failed to load cache key: invalid response status ${status}`
      : `failed to GET ${redacted(url)} with status ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
  );
}
