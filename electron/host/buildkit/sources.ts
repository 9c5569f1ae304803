import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Upload } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/upload/upload_pb.js';
import { bidirectional, type Method } from '../../../guest-agent/buildkit/grpc/server.ts';
import { percentDecoded } from '../../../guest-agent/grammar/percent-decoded.ts';
import { HostError, reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { isMissing } from '../base/system-error.ts';
import type { Directories } from './file-sync.ts';
import { peekStream } from './peek-stream.ts';

const log = loggerOf('buildkit');

/** The context and the Dockerfile of a build. */
export interface Sources extends AsyncDisposable {
  /** What the frontend learns about them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly directories: Directories;
  readonly services: readonly Method[];
  readonly sharedKey: string;
}

export interface SourceFlags {
  /** A directory, an address, or `-` for standard input. */
  readonly context: string;
  /** `--file`, where `-` is standard input. */
  readonly dockerfile?: string | undefined;
  /** `--build-context`: places by name. */
  readonly namedContexts?: Readonly<Record<string, string>> | undefined;
  readonly stdin: Readable;
}

const DOWNLOAD_MS = 60_000;

/** Enough bytes to distinguish a tar or compressed file from a Dockerfile. */
const HEADER_BYTES = 512;
const COMPRESSED = /^(1f8b|425a68|fd377a585a00|28b52ffd)/;

/** Finds the files of a build. Throws HostError 'invalid'. */
export async function openSources({
  context,
  dockerfile,
  namedContexts = {},
  stdin,
}: SourceFlags): Promise<Sources> {
  const attributes: Record<string, string> = {};
  const directories = new Map<string, string>();
  const services: Method[] = [];
  const scratch: string[] = [];
  let sharedKey = '';

  /** A directory of our own, for a Dockerfile that isn't a file. */
  const temporary = async (text?: Buffer): Promise<string> => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-build-'));
    scratch.push(directory);
    if (text !== undefined) await writeFile(join(directory, 'Dockerfile'), text);
    return directory;
  };
  const remove = async () => {
    for (const directory of scratch) {
      await log.attempt(`Removing ${directory}`, rm(directory, { recursive: true, force: true }));
    }
  };

  try {
    if (context === '-') {
      if (dockerfile === '-')
        throw invalid("invalid argument: can't use stdin for both build context and dockerfile");
      const { start, whole } = await peekStream(stdin, HEADER_BYTES);
      if (start.length === 0) throw invalid('failed to read from stdin: EOF');
      const isTar = start.toString('latin1', 257, 262) === 'ustar';
      if (isTar || COMPRESSED.test(start.toString('hex', 0, 6))) {
        attributes.context = `${UPLOADS}context`;
        services.push(uploadService('/context', whole));
        if (dockerfile !== undefined) attributes.filename = dockerfile;
      } else {
        directories.set('dockerfile', await temporary(await buffer(whole)));
        directories.set('context', await temporary());
        attributes.filename = 'Dockerfile';
      }
    } else if (isRemote(context)) {
      attributes.context = context;
      const text = await textElsewhere(dockerfile, stdin);
      if (text !== undefined) {
        directories.set('dockerfile', await temporary(text));
        Object.assign(attributes, { dockerfilekey: 'dockerfile', filename: 'Dockerfile' });
      } else if (dockerfile !== undefined) attributes.filename = dockerfile;
    } else {
      await requireDirectory(context);
      const root = resolve(context);
      directories.set('context', root);
      // Two hosts can share an engine.
      const key = createHash('sha256').update(`${hostname()}\0${root}`).digest('hex');
      sharedKey = `${basename(root)}:${key.slice(0, 16)}`;
      attributes['vcs:localdir:context'] = root;
      const text = await textElsewhere(dockerfile, stdin);
      if (text !== undefined) {
        directories.set('dockerfile', await temporary(text));
        attributes.filename = 'Dockerfile';
      } else {
        const path = await findDockerfile(root, dockerfile);
        directories.set('dockerfile', dirname(path));
        attributes.filename = basename(path);
        attributes['vcs:localdir:dockerfile'] = dirname(path);
      }
    }
    for (const [name, place] of Object.entries(namedContexts)) {
      if (isElsewhere(place)) attributes[`context:${name}`] = place;
      else {
        await requireDirectory(place, `failed to get build context ${name}: `);
        // These names belong to the build itself.
        const key = name === 'context' || name === 'dockerfile' ? `_${name}` : name;
        directories.set(key, resolve(place));
        attributes[`context:${name}`] = `local:${key}`;
      }
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { attributes, directories, services, sharedKey, [Symbol.asyncDispose]: remove };
}

/** A Dockerfile on standard input or on the web. Undefined for a file. */
async function textElsewhere(
  dockerfile: string | undefined,
  stdin: Readable,
): Promise<Buffer | undefined> {
  if (dockerfile === '-') return buffer(stdin);
  return /^https?:\/\//.test(dockerfile ?? '') ? download(dockerfile ?? '') : undefined;
}

/** A Dockerfile on the web. The host can reach servers that the VM can't. */
async function download(address: string): Promise<Buffer> {
  if (!URL.canParse(address)) throw invalid(`"${address}" is not a valid address of a Dockerfile`);
  const url = new URL(address);
  const shown = `${url.origin}${url.pathname}`;
  try {
    // `fetch` refuses addresses with credentials.
    const user = [url.username, url.password].map((part) => percentDecoded(part) ?? part).join(':');
    const headers =
      user === ':' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    url.username = '';
    url.password = '';
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    await response.body?.cancel();
    throw new Error(`the server answered with status ${response.status}. Check the address`);
  } catch (cause) {
    throw invalid(`failed to read the Dockerfile ${shown}: ${reasonOf(cause)}`);
  }
}

/** Begins the address of what the client uploads. */
const UPLOADS = 'http://buildkit-session/';

function uploadService(path: string, content: Readable): Method {
  return bidirectional(Upload.method.pull, async function* (_, { headers }) {
    if (headers.urlpath !== path) throw new Error(`no upload ${headers.urlpath}`);
    for await (const data of content) yield { data: data as Buffer };
  });
}

/** Whether the engine fetches the context. */
export function isRemote(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

/** Whether a named context is an image, an address or another target. */
function isElsewhere(place: string): boolean {
  return isRemote(place) || /^(docker-image:\/\/|oci-layout:\/\/|target:|input:)/.test(place);
}

async function requireDirectory(
  path: string,
  prefix = 'unable to prepare context: ',
): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw new HostError('invalid', `${prefix}can't read ${path}`, { cause });
  });
  if (found === undefined) throw invalid(`${prefix}path "${path}" not found`);
  if (!found.isDirectory()) throw invalid(`${prefix}path "${path}" is not a directory`);
}

/** The path of the Dockerfile: the flag counts from the working directory. */
async function findDockerfile(root: string, flag: string | undefined): Promise<string> {
  if (flag !== undefined) {
    const path = resolve(flag);
    if (await exists(path)) return path;
    throw missing(isAbsolute(flag) ? flag : path);
  }
  const path = join(root, 'Dockerfile');
  if (await exists(path)) return path;
  throw missing(path);
}

async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw new HostError('invalid', `can't read ${path}`, { cause });
  });
  return found !== undefined;
}

const invalid = (message: string) => new HostError('invalid', message);

const missing = (path: string) =>
  invalid(`failed to read dockerfile: open ${path}: no such file or directory`);
