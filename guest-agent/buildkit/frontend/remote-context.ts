import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from '../../build/context/open.ts';
import { startsAsTar } from '../../build/context/tar-start.ts';
import { openUrl } from '../../build/copy/download.ts';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { EngineError } from '../../errors.ts';
import { Upload } from '../generated/github.com/moby/buildkit/session/upload/upload_pb.js';
import { callStreaming } from '../grpc/client.ts';
import type { Job } from '../jobs/job.ts';
import type { ClientSession } from '../session/client-session.ts';
import { presentDirectory, type TreeSource } from './tree-source.ts';

/** Begins the address of what a client read from its standard input. */
const UPLOAD = 'http://buildkit-session/';

/** The address of a context that came with the request for the build. */
export const POSTED_CONTEXT = 'http://buildkit-request/';

/** Whether a context is a git repository: as Docker decides by the address. */
function isGit(address: string): boolean {
  return !/^https?:\/\//.test(address) || /\.git(#|$)/.test(address);
}

/**
 * Brings a context here that isn't a directory of the client: an archive that the client uploads or
 * that is on the web, or just a Dockerfile there. `scratch` is the build's own directory.
 */
export async function openRemoteContext(
  job: Job,
  session: () => Promise<ClientSession>,
  address: string,
  scratch: string,
  signal: AbortSignal,
): Promise<TreeSource> {
  if (isGit(address)) {
    throw new EngineError(
      'invalid',
      `Berth can't build from the git repository ${address}. Clone the repository, then build from its directory`,
    );
  }
  const root = join(scratch, 'context');
  await mkdir(root, { mode: 0o755 });
  await job.step('[internal] load remote build context', async () => {
    const source = await openAddress(job, session, address, signal);
    const { isTar, bytes } = await startsAsTar(decompressAny(source));
    if (isTar) await unpack(bytes, root);
    else await writeFile(join(root, 'Dockerfile'), bytes);
  });
  return presentDirectory(root);
}

async function openAddress(
  job: Job,
  session: () => Promise<ClientSession>,
  address: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if (address === POSTED_CONTEXT && job.posted !== undefined) return job.posted.context;
  if (!address.startsWith(UPLOAD)) return (await openUrl(address, signal)).body;
  return uploaded(await session(), address.slice(UPLOAD.length), signal);
}

async function* uploaded(
  { http2 }: ClientSession,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const metadata = { urlpath: `/${id}`, urlhost: 'buildkit-session' };
  const exchange = callStreaming(http2, Upload.method.pull, metadata, signal);
  exchange.end();
  for await (const { data } of exchange.answers) yield data;
}
