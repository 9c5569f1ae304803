import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unpack } from '../../build/context/open.ts';
import { startsAsTar } from '../../build/context/tar-start.ts';
import { openUrl } from '../../build/copy/download.ts';
import { buildkit } from '../../build/dialect.ts';
import { limitedDockerfile } from '../../build/dockerfile/size-limit.ts';
import { checkOut } from '../../build/git/checkout.ts';
import {
  type GitAddress,
  parseContextAddress,
  parseGitAddress,
} from '../../build/git/git-address.ts';
import type { GitClient } from '../../build/git/git-program.ts';
import { redacted } from '../../build/git/redacted.ts';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { Upload } from '../generated/github.com/moby/buildkit/session/upload/upload_pb.js';
import { callStreaming } from '../grpc/client.ts';
import type { Job } from '../jobs/job.ts';
import type { ClientSession } from '../session/client-session.ts';
import { presentDirectory, type TreeSource } from './tree-source.ts';

/** Begins the address of what a client read from its standard input. */
const UPLOAD = 'http://buildkit-session/';

/** What bringing a remote context here uses. */
export interface RemoteParts {
  readonly job: Job;
  readonly session: () => Promise<ClientSession>;
  readonly git: GitClient;
  /** Whether a repository comes with its `.git`, although its address doesn't ask for it. */
  readonly keepGitDir: boolean;
  /** The build's own directory. */
  readonly scratch: string;
}

/** The address of a context that came with the request for the build. */
export const POSTED_CONTEXT = 'http://buildkit-request/';

/**
 * Brings a context here that isn't a directory of the client: a git repository, an archive that the
 * client uploads or that is on the web, or just a Dockerfile there.
 */
export async function openRemoteContext(
  parts: RemoteParts,
  address: string,
  signal: AbortSignal,
): Promise<TreeSource> {
  const { job, session, scratch } = parts;
  const root = join(scratch, 'context');
  const repository = parseContextAddress(address);
  if (repository !== undefined) {
    await loadRepository(parts, address, repository, root, signal, '');
    return presentDirectory(root);
  }
  await mkdir(root, { mode: 0o755 });
  const load = async () => {
    const source = await openAddress(job, session, address, signal);
    const { isTar, bytes } = await startsAsTar(decompressAny(source));
    if (isTar) await unpack(bytes, root);
    else await writeFile(join(root, 'Dockerfile'), limitedDockerfile(bytes));
  };
  await job.step('[internal] load remote build context', load, '');
  return presentDirectory(root);
}

/**
 * Brings a context of `--build-context` here: a git repository, or a file from the web with the name
 * `context`, as in BuildKit. Returns the directory.
 */
export async function openRemoteDirectory(
  parts: RemoteParts,
  address: string,
  signal: AbortSignal,
): Promise<string> {
  const root = join(parts.scratch, `context-${randomBytes(6).toString('hex')}`);
  const repository = parseGitAddress(address);
  if (repository !== undefined) {
    await loadRepository({ ...parts, keepGitDir: false }, address, repository, root, signal);
    return root;
  }
  await mkdir(root, { mode: 0o755 });
  await parts.job.step(`[context] ${redacted(address)}`, async () => {
    const { body } = await openUrl(address, signal, buildkit);
    await pipeline(body, createWriteStream(join(root, 'context'), { mode: 0o600 }), { signal });
  });
  return root;
}

/** Fetches the files of a git repository. `written` is its address as the client wrote it. */
async function loadRepository(
  { job, git, keepGitDir, scratch }: RemoteParts,
  written: string,
  address: GitAddress,
  directory: string,
  signal: AbortSignal,
  context?: string,
): Promise<void> {
  const options = { keepGitDir: keepGitDir || address.keepGitDir === true, scratch, signal };
  await job.step(
    `[internal] load git source ${redacted(written)}`,
    () => checkOut(address, directory, { ...options, client: git }),
    context,
  );
}

async function openAddress(
  job: Job,
  session: () => Promise<ClientSession>,
  address: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if (address === POSTED_CONTEXT && job.posted !== undefined) return job.posted.context;
  if (!address.startsWith(UPLOAD)) return (await openUrl(address, signal, buildkit)).body;
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
