import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from '../../build/context/open.ts';
import { startsAsTar } from '../../build/context/tar-start.ts';
import { openUrl } from '../../build/copy/download.ts';
import { ignorePatterns } from '../../build/ignore.ts';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { EngineError } from '../../errors.ts';
import type { TreeFilter } from '../files/receive-tree.ts';
import { Upload } from '../generated/github.com/moby/buildkit/session/upload/upload_pb.js';
import { callStreaming } from '../grpc/client.ts';
import type { Job } from '../jobs/job.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { TreeSource } from './tree-source.ts';

/** Begins the address of what a client read from its standard input. */
const UPLOAD = 'http://buildkit-session/';

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
    const source = address.startsWith(UPLOAD)
      ? uploaded(await session(), address.slice(UPLOAD.length), signal)
      : (await openUrl(address, signal)).body;
    const { isTar, bytes } = await startsAsTar(decompressAny(source));
    if (isTar) await unpack(bytes, root);
    else await writeFile(join(root, 'Dockerfile'), bytes);
  });
  return {
    open: async (filter) => {
      await removeExcluded(root, filter);
      return { path: root, [Symbol.asyncDispose]: async () => {} };
    },
  };
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

/** Removes what `.dockerignore` leaves out. Clients do this themselves for their directories. */
async function removeExcluded(root: string, { excluded }: TreeFilter): Promise<void> {
  if (excluded.length === 0) return;
  const ignores = ignorePatterns(excluded.join('\n'));
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      if (!ignores(path)) continue;
      const isKept = entry.isDirectory() && (await readdir(join(root, path))).length > 0;
      if (!isKept) await rm(join(root, path), { recursive: true, force: true });
    }
  };
  await visit('');
}
