import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HostError } from '../host/base/errors.ts';
import { moveFile } from '../host/base/move-file.ts';
import { unlessMissing } from '../host/base/system-error.ts';
import type { CliContext } from './context.ts';

/**
 * Rejects with HostError 'invalid' if an archive would go to a terminal, or would replace a device
 * or anything else that isn't a regular file.
 */
export async function requireDestination(
  context: CliContext,
  output: string | undefined,
): Promise<void> {
  if (output === undefined) {
    if (!context.stdout.isTTY) return;
    throw new HostError(
      'invalid',
      'cowardly refusing to save to a terminal. Use the -o flag or redirect',
    );
  }
  const found = await stat(output).catch(unlessMissing);
  if (found && !found.isFile()) {
    throw new HostError('invalid', `invalid output path: "${output}" must be a regular file`);
  }
}

/** Writes a stream to standard output, or to a file that appears only when it is complete. */
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
    await moveFile(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
