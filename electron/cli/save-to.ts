import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HostError } from '../host/errors.ts';
import type { CliContext } from './context.ts';

/** Throws HostError 'invalid' where an archive would end up on a terminal. */
export function requireDestination(context: CliContext, output: string | undefined): void {
  if (output !== undefined || !context.stdout.isTTY) return;
  throw new HostError(
    'invalid',
    'cowardly refusing to save to a terminal. Use the -o flag or redirect',
  );
}

/** Writes a stream into a file, which is there only once it is whole, or on standard output. */
export async function saveTo(
  context: CliContext,
  output: string | undefined,
  body: Readable,
): Promise<void> {
  if (output === undefined) {
    await pipeline(body, context.stdout, { end: false });
    return;
  }
  const partial = `${output}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await pipeline(body, createWriteStream(partial, { flags: 'wx', mode: 0o600 }));
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
