import { constants } from 'node:fs';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { extractTar } from '../../engine/archive/extract.ts';
import { EngineError, ifMissing } from '../../errors.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import { openUrl } from '../copy/download.ts';
import { limitedDockerfile, MAX_DOCKERFILE_BYTES } from '../dockerfile/size-limit.ts';
import { redacted } from '../git/redacted.ts';
import { ignorePatterns } from '../ignore.ts';
import { startsAsTar } from './tar-start.ts';

/** The input of a build. */
export interface BuildSource {
  /** The context's tar, unless `remote` is set. */
  readonly body: Readable;
  readonly remote: string;
}

export interface BuildContext {
  /** The directory with the files of the context. */
  readonly root: string;
  /** The Dockerfile's text. */
  readonly dockerfile: string;
}

/**
 * Unpacks a context below `directory` and reads the Dockerfile. No link or name in the context can
 * lead out. Throws EngineError 'invalid' in Docker's words.
 */
export async function openContext(
  source: BuildSource,
  directory: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<BuildContext> {
  const root = join(directory, 'context');
  await mkdir(root, { mode: 0o755 });
  const name = dockerfile || 'Dockerfile';
  if (source.remote === '') {
    await unpack(decompressAny(source.body), root);
  } else {
    const text = await fetchRemote(source.remote, root, signal);
    if (text !== undefined) return { root, dockerfile: text };
  }
  const text = await readDockerfile(root, name);
  await removeIgnored(root, name);
  return { root, dockerfile: text };
}

export async function unpack(tar: AsyncIterable<Uint8Array>, root: string): Promise<void> {
  await loadFileCalls();
  await using directory = await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  await extractTar(directory.fd, '/', tar, { keepKinds: false });
}

/** Unpacks a tar. Any other content is the text of the Dockerfile, which is returned. */
async function fetchRemote(
  remote: string,
  root: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!/^https?:\/\//.test(remote) || /\.git(#|$)/.test(remote)) {
    throw new EngineError(
      'invalid',
      `can't build from "${redacted(remote)}": a git repository has to be cloned first, and its directory built from`,
    );
  }
  const response = await openUrl(remote, signal);
  const { isTar, bytes } = await startsAsTar(decompressAny(response.body));
  if (isTar) {
    await unpack(bytes, root);
    return undefined;
  }
  return readText(bytes);
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedDockerfile(bytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function readDockerfile(root: string, name: string): Promise<string> {
  const path = await resolveInRoot(root, name);
  const found = await stat(path).catch(ifMissing(undefined));
  if (found === undefined) {
    throw new EngineError(
      'invalid',
      `Cannot locate specified Dockerfile: ${posix.normalize(name)}`,
    );
  }
  if (!found.isFile() || found.size > MAX_DOCKERFILE_BYTES) {
    throw new EngineError('invalid', `the Dockerfile (${name}) is not a file that could be one`);
  }
  if (found.size === 0) {
    throw new EngineError('invalid', `the Dockerfile (${name}) cannot be empty`);
  }
  return readFile(path, 'utf8');
}

/** Clients always send these two files. They apply the other patterns themselves. */
async function removeIgnored(root: string, dockerfile: string): Promise<void> {
  const ignoreFile = await resolveInRoot(root, '.dockerignore');
  const isFile = (await stat(ignoreFile).catch(ifMissing(undefined)))?.isFile();
  if (!isFile) return;
  const ignores = ignorePatterns(await readFile(ignoreFile, 'utf8'));
  for (const name of [posix.join('/', dockerfile).slice(1), '.dockerignore']) {
    if (ignores(name)) await rm(await resolveInRoot(root, name), { force: true });
  }
}
