import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { codeOf } from '../base/system-error.ts';
import { peekStream } from '../buildkit/peek-stream.ts';
import type { BuildContext } from '../engine/build.ts';
import { contextFilter } from './ignore.ts';
import { packContext } from './pack-context.ts';

const log = loggerOf('build');

/** Enough bytes to distinguish a tar or compressed file from a Dockerfile. */
const HEADER_BYTES = 512;
const COMPRESSED = /^(1f8b|425a68|fd377a585a00|28b52ffd)/;
const GIT = /^(git@|git:\/\/|ssh:\/\/|github\.com\/)|^https?:\/\/.*\.git(#|$)/;

/**
 * Opens the context of `build CONTEXT`: a directory, `-` for standard input (a tar or a Dockerfile
 * alone), or a URL. `dockerfile` is the `--file` flag, where `-` is standard input. Throws
 * HostError 'invalid'.
 */
export async function openBuildContext(
  context: string,
  dockerfile: string | undefined,
  stdin: Readable,
): Promise<BuildContext> {
  if (context === '-') {
    if (dockerfile === '-') {
      throw new HostError(
        'invalid',
        "invalid argument: can't use stdin for both build context and dockerfile",
      );
    }
    return fromStdin(stdin, dockerfile);
  }
  if (GIT.test(context)) {
    throw new HostError('invalid', `Berth can't build from the Git repository ${context}`, {
      hint: 'Clone the repository, then build from its directory.',
    });
  }
  if (/^https?:\/\//.test(context)) {
    return { kind: 'remote', url: context, dockerfile: dockerfile ?? '' };
  }
  return fromDirectory(context, dockerfile, stdin);
}

async function fromStdin(stdin: Readable, dockerfile = 'Dockerfile'): Promise<BuildContext> {
  const { start, whole } = await peekStream(stdin, HEADER_BYTES);
  const isTar = start.toString('latin1', 257, 262) === 'ustar';
  if (isTar || COMPRESSED.test(start.toString('hex', 0, 6))) {
    return { kind: 'tar', tar: whole, dockerfile };
  }
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, await buffer(whole));
  tar.finalize();
  const readable = Readable.from(tar, { objectMode: false });
  return { kind: 'tar', tar: readable, dockerfile: 'Dockerfile' };
}

async function fromDirectory(
  directory: string,
  flag: string | undefined,
  stdin: Readable,
): Promise<BuildContext> {
  const found = await log.attempt('Looking for the build context', stat(directory));
  if (!found?.isDirectory()) {
    throw new HostError('invalid', `unable to prepare context: path "${directory}" not found`);
  }
  if (flag === '-') {
    return withDockerfile(directory, (await buffer(stdin)).toString('utf8'), undefined);
  }
  const path = flag === undefined ? join(directory, 'Dockerfile') : flag;
  const text = await readText(path);
  if (text === undefined) {
    throw new HostError(
      'invalid',
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: ${resolve(path)}: no such file or directory`,
    );
  }
  const name = relative(resolve(directory), resolve(path));
  const ownIgnore = await readText(`${path}.dockerignore`);
  const isInside = name !== '..' && !name.startsWith(`..${sep}`) && !isAbsolute(name);
  if (!isInside) return withDockerfile(directory, text, ownIgnore);
  const dockerfile = name.split(sep).join('/');
  const filter = contextFilter(ownIgnore ?? (await ignoreFile(directory)), [
    dockerfile,
    '.dockerignore',
  ]);
  return { kind: 'tar', tar: packContext(directory, filter), dockerfile };
}

/** Adds a Dockerfile from outside of the directory to the context. */
async function withDockerfile(
  directory: string,
  content: string,
  ownIgnore: string | undefined,
): Promise<BuildContext> {
  const name = `.dockerfile.${randomBytes(10).toString('hex')}`;
  const filter = contextFilter(ownIgnore ?? (await ignoreFile(directory)), ['.dockerignore']);
  const tar = packContext(directory, filter, [{ name, content }]);
  return { kind: 'tar', tar, dockerfile: name };
}

async function ignoreFile(directory: string): Promise<string> {
  return (await readText(join(directory, '.dockerignore'))) ?? '';
}

/** Undefined if the file doesn't exist. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new HostError('invalid', `can't read ${path}`, { cause });
  }
}
