import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { moveFile } from '../base/move-file.ts';
import { contents, type DiagnosedHost, type DiagnosticsOptions } from './contents.ts';
import { redact } from './redact.ts';

/**
 * Writes a `.tar.gz` of diagnostics without secrets, readable only by its owner. Works whatever
 * state the VM is in, and starts nothing; a missing part is replaced by the reason. The file
 * appears only when it is complete.
 */
export async function writeDiagnostics(
  host: DiagnosedHost,
  path: string,
  options: DiagnosticsOptions = {},
): Promise<void> {
  const files = await Promise.all(
    Object.entries(contents(host, options)).map(async ([name, read]) => {
      const text = await read().catch((error) => `Not available: ${error}\n`);
      return { name, text: redact(text) };
    }),
  );
  const archive = pack();
  for (const { name, text } of files) archive.entry({ name: `berth-diagnostics/${name}` }, text);
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
}
