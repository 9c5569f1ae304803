import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { LogLine, LogRange } from '../../api/logs.ts';
import { HostError, reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { moveFile } from '../base/move-file.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { readLog } from './read.ts';

const log = loggerOf('logs');

export interface SaveRequest {
  readonly container: string;
  /** Absolute. An existing file is replaced when the log is complete. */
  readonly path: string;
  readonly range: LogRange;
  readonly timestamps: boolean;
}

/**
 * Writes a log to a file and yields the number of bytes written. Leaves nothing behind if it
 * doesn't finish.
 */
export async function* saveLog(
  client: EngineClient,
  { container, path, range, timestamps }: SaveRequest,
  signal: AbortSignal,
): AsyncGenerator<{ bytes: number }, void, undefined> {
  const partial = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await open(partial, 'w').catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  let complete = false;
  try {
    let bytes = 0;
    let rest: readonly LogLine[] = [];
    const write = async (lines: readonly LogLine[]) => {
      const text = lines.map((line) => textOf(line, timestamps)).join('');
      bytes += (await file.write(text)).bytesWritten;
    };
    for await (const piece of readLog(client, container, { ...range, follow: false }, signal)) {
      await write(piece.lines);
      rest = piece.unfinished;
      yield { bytes };
    }
    await write(rest);
    await file.close();
    await moveFile(partial, path).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    complete = true;
    yield { bytes };
  } finally {
    if (!complete) {
      // The file may already be closed.
      await log.attempt(`Closing ${partial}`, file.close());
      await rm(partial, { force: true });
    }
  }
}

function textOf({ at, text }: LogLine, timestamps: boolean): string {
  const plain = stripVTControlCharacters(text);
  return `${timestamps ? `${at} ` : ''}${plain}\n`;
}

function unwritable(path: string, cause: unknown): HostError {
  const reason = reasonOf(cause);
  return new HostError('invalid', `Can't write ${path}: ${reason}`, {
    hint: 'Choose another folder.',
    cause,
  });
}
