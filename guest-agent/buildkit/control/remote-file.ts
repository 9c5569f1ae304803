import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openUrl } from '../../build/copy/download.ts';
import { limitedDockerfile } from '../../build/dockerfile/size-limit.ts';
import { redacted } from '../../build/git/redacted.ts';
import { EngineError } from '../../errors.ts';
import {
  type Definition,
  OpSchema,
  type SourceOp,
} from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { readMessage } from '../grpc/read-message.ts';
import type { Job } from '../jobs/job.ts';

/**
 * Downloads the file of a definition with one source, such as a Dockerfile on the web. Returns the
 * directory with the file, which exists until the job ends. Throws EngineError 'invalid' for any
 * other definition: clients leave the work to the Dockerfile frontend.
 */
export async function downloadSource(
  job: Job,
  { def }: Definition,
  builds: string,
  signal: AbortSignal,
): Promise<string> {
  const source = onlySource(def);
  if (source === undefined || !/^https?:\/\//.test(source.identifier)) {
    throw new EngineError(
      'invalid',
      `Berth can't solve this definition${source ? ` (${redacted(source.identifier)})` : ''}. Build from a Dockerfile instead`,
    );
  }
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const { directory } = job.keep(() => {
    const directory = mkdtempSync(join(builds, 'build-'));
    return {
      directory,
      [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
    };
  });
  const name =
    source.attrs['http.filename'] || posix.basename(URL.parse(source.identifier)?.pathname ?? '');
  const { body } = await openUrl(source.identifier, signal);
  const file = posix.basename(name) || 'index';
  const bytes = (chunks: AsyncIterable<Uint8Array>) => limitedDockerfile(chunks, file);
  await pipeline(body, bytes, createWriteStream(join(directory, file)), { signal });
  return directory;
}

function onlySource(def: readonly Uint8Array[]): SourceOp | undefined {
  const sources = def.flatMap((bytes) => {
    const { op } = readMessage(OpSchema, bytes);
    return op.case === 'source' ? [op.value] : [];
  });
  // The last operation only says which one is the result.
  return sources.length === 1 && def.length === 2 ? sources[0] : undefined;
}
