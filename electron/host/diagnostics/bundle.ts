import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { loggerOf } from '../base/log.ts';
import { moveFile } from '../base/move-file.ts';
import { crashDumpsDirectory } from '../home/paths.ts';
import { contents, type DiagnosedHost, type DiagnosticsOptions } from './contents.ts';
import { readCrashDumps } from './crash-dumps.ts';
import { redactInTurns } from './redact.ts';

const log = loggerOf('diagnostics');

export interface WrittenDiagnostics {
  /** The number of crash dumps in the archive. They can contain secrets. */
  readonly crashDumps: number;
}

/**
 * Writes a `.tar.gz` of diagnostics, readable only by its owner. Removes secrets from everything but
 * the newest crash dumps. Works whatever
 * state the VM is in, and starts nothing; a missing part is replaced by the reason. The file
 * appears only when it is complete.
 */
export async function writeDiagnostics(
  host: DiagnosedHost,
  path: string,
  options: DiagnosticsOptions = {},
): Promise<WrittenDiagnostics> {
  const files = await Promise.all(
    Object.entries(contents(host, options)).map(async ([name, read]) => {
      const text = await read().catch((error) => `Not available: ${error}\n`);
      return { name, text: await redactInTurns(text) };
    }),
  );
  const reading = readCrashDumps(crashDumpsDirectory(host.home));
  const dumps =
    options.crashDumps === false
      ? []
      : ((await log.attempt('Reading the crash dumps', reading, 'warn')) ?? []);
  const archive = pack();
  for (const { name, text } of files) archive.entry({ name: `berth-diagnostics/${name}` }, text);
  // Dumps aren't text: nothing can be removed from them.
  for (const { name, modified: mtime, content } of dumps) {
    archive.entry({ name: `berth-diagnostics/crashes/${name}`, mtime }, content);
  }
  archive.finalize();
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await pipeline(
      Readable.from(archive as AsyncIterable<Buffer>, { objectMode: false }),
      createGzip(),
      createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }),
    );
    await moveFile(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { crashDumps: dumps.length };
}
