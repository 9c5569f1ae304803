import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join, posix } from 'node:path';
import { extractTar } from '../../engine/archive/extract.ts';
import { type MountRequest, mountRequestSchema } from '../../engine/containers/request/config.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import { EngineError, ifMissing } from '../../errors.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import { mountFlags } from '../../runtime/mounts/mount.ts';
import { tarStream } from '../copy/added-layer.ts';
import { contentHash, sourceItems, unchanged } from '../copy/items.ts';
import { findSources } from '../copy/sources.ts';
import { sourceMissing } from '../dialect.ts';
import {
  checkMountTarget,
  mountTexts,
  parseMountFlag,
  type RunMount,
} from '../dockerfile/mount-flag.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandWord } from '../dockerfile/substitution.ts';
import { findFrom, openFrom } from '../instructions/copy-from.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { type FilesHash, stageHash } from '../stage-hash.ts';

/** What the mounts of a `RUN` add to its container. Ends when disposed of. */
export interface OpenMounts extends AsyncDisposable {
  readonly requests: readonly MountRequest[];
  /** Can have secrets. */
  readonly env: readonly string[];
}

/** The `--mount`s of a `RUN`, with variables replaced. Throws EngineError 'invalid'. */
export function runMounts(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): RunMount[] {
  const variables = variablesOf(session, state);
  const expand = (text: string) => expandWord(text, variables, session.escapeChar);
  return mountTexts(instruction).map((text) => {
    const mount = parseMountFlag(text, expand);
    const { type, target: written, id, source } = mount;
    const target = checkMountTarget(mount, state.config.WorkingDir ?? '');
    if (target === '/') {
      // As in BuildKit, `RUN` finds this, not the checks before it.
      throw new EngineError('invalid', `invalid mount type ${type.toUpperCase()} for /`);
    }
    // As in BuildKit, a cache is named after its target as written.
    const name =
      id === '' && type === 'cache' ? posix.normalize(written).replace(/(.)\/$/, '$1') : id;
    return { ...mount, target, id: (type === 'secret' && source) || name };
  });
}

/** The mounts that a command sees: as in BuildKit, the last of those with the same target. */
export function visibleMounts(mounts: readonly RunMount[]): RunMount[] {
  const hides = ({ type }: RunMount) => type === 'bind' || type === 'cache' || type === 'tmpfs';
  return mounts.filter(
    (mount, index) =>
      !hides(mount) ||
      !mounts.slice(index + 1).some((later) => hides(later) && later.target === mount.target),
  );
}

/** What identifies mounts in the cache. */
export interface MountsKey {
  readonly keys: readonly string[];
  /** See `FilesHash`. */
  readonly verify: () => Promise<void>;
}

/** Identifies the mounts in the cache: a `RUN` runs again if the files that it reads change. */
export async function* mountsKey(
  session: BuildSession,
  mounts: readonly RunMount[],
): Progress<MountsKey> {
  const keys: string[] = [];
  const found: FilesHash[] = [];
  for (const mount of mounts) {
    const { type, source, from } = mount;
    const text = `--mount=${JSON.stringify(mount)}`;
    if (type !== 'bind') {
      keys.push(text);
      continue;
    }
    const files = yield* findFrom(session, { from, isMount: true });
    const { hashes } = session.client;
    const read = async () => {
      await using root = await files.open();
      const [first] = await findSources(root.root, source, session.dialect);
      if (first === undefined) return '';
      return `:${await contentHash(sourceItems(first, '', unchanged), hashes)}`;
    };
    const what = ['mount', source];
    const hash = await stageHash(session, files.stage, what, () =>
      hashes.ofFiles(files.layers, what, read),
    );
    found.push(hash);
    keys.push(text + hash.hash);
  }
  const verify = async () => {
    for (const hash of found) await hash.verify();
  };
  return { keys, verify };
}

/** Makes the mounts of a `RUN` ready. */
export async function* openMounts(
  session: BuildSession,
  mounts: readonly RunMount[],
  command: readonly string[],
): Progress<OpenMounts> {
  const opened = new AsyncDisposableStack();
  const requests: MountRequest[] = [];
  const env: string[] = [];
  try {
    opened.use(await session.client.caches.lock(mounts, session.signal));
    for (const [index, mount] of mounts.entries()) {
      switch (mount.type) {
        case 'bind': {
          const root = opened.use(
            yield* openFrom(session, { from: mount.from, isMount: true }, !mount.readOnly),
          );
          const path = await resolveInRoot(root.root, mount.source);
          if ((await stat(path).catch(ifMissing(undefined))) === undefined) {
            throw sourceMissing(session.dialect, mount.source);
          }
          requests.push(bind(await place(session, path, opened), mount.target, mount.readOnly));
          break;
        }
        case 'cache': {
          const root =
            mount.from === ''
              ? undefined
              : opened.use(yield* openFrom(session, { from: mount.from, isMount: true }));
          const fill = root && ((path: string) => fillCache(session, root.root, mount, path));
          const cache = opened.use(await session.client.caches.use(mount, { fill, command }));
          const path = await place(session, cache.path, opened);
          requests.push(bind(path, mount.target, mount.readOnly));
          break;
        }
        case 'tmpfs':
          requests.push(
            mountRequestSchema.parse({
              ...{ Type: 'tmpfs', Target: mount.target },
              TmpfsOptions: { SizeBytes: mount.size },
            }),
          );
          break;
        case 'secret': {
          const secret = await openSecret(session, mount, opened);
          requests.push(...secret.requests);
          env.push(...secret.env);
          break;
        }
        case 'ssh': {
          const { uid, gid, mode = 0o600 } = mount;
          const agent = await session.client.agent(mount.id || 'default', { uid, gid, mode });
          if (agent === undefined) {
            if (!mount.required) break;
            throw new EngineError(
              'invalid',
              `no SSH key ${mount.id || 'default'} forwarded from the client`,
            );
          }
          opened.use(agent);
          const target = mount.target || `/run/buildkit/ssh_agent.${index}`;
          requests.push(bind(agent.path, target, false));
          env.push(`SSH_AUTH_SOCK=${target}`);
        }
      }
    }
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
  return { requests, env, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Copies what `from` and `source` of a cache mean into the new cache. */
async function fillCache(
  session: BuildSession,
  root: string,
  { source, mode, uid, gid }: RunMount,
  path: string,
): Promise<void> {
  const [found] = await findSources(root, source, session.dialect);
  if (found === undefined || !found.stats.isDirectory()) {
    throw sourceMissing(session.dialect, source);
  }
  await loadFileCalls();
  await using directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  const items = tarStream(sourceItems(found, '', unchanged), session.signal);
  await extractTar(directory.fd, '/', items, { keepKinds: false });
  const owner = uid === 0 && gid === 0 ? found.stats : { uid, gid };
  await chown(path, Number(owner.uid), Number(owner.gid));
  await chmod(path, mode ?? Number(found.stats.mode & 0o7777n));
}

/** A secret's file is never on the disk. */
async function openSecret(
  session: BuildSession,
  mount: RunMount,
  opened: AsyncDisposableStack,
): Promise<{ requests: MountRequest[]; env: string[] }> {
  const id = mount.id || posix.basename(mount.target);
  const content = await session.client.secret(id);
  if (content === undefined) {
    if (!mount.required) return { requests: [], env: [] };
    throw new EngineError('invalid', `secret ${id}: not found`);
  }
  const env =
    mount.env === undefined ? [] : [`${mount.env || id}=${Buffer.from(content).toString('utf8')}`];
  if (mount.env !== undefined && mount.target === '') return { requests: [], env };
  const directory = session.engine.directories.buildSecrets;
  const path = join(directory, randomBytes(8).toString('hex'));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  opened.defer(() => rm(path, { force: true }));
  await writeFile(path, content, { mode: 0o400 });
  await chown(path, mount.uid, mount.gid);
  // Unlike `writeFile`, this doesn't depend on the umask.
  await chmod(path, mount.mode ?? 0o400);
  return {
    requests: [bind(path, mount.target || `/run/secrets/${posix.basename(id)}`, true)],
    env,
  };
}

/**
 * A path below the engine's run directory for a path on the data disk, which containers can't mount
 * because its name could be a folder of the host.
 */
async function place(
  { engine }: BuildSession,
  path: string,
  opened: AsyncDisposableStack,
): Promise<string> {
  const { run, imageTrees } = engine.directories;
  if (path.startsWith(`${run}/`)) return path;
  const target = join(imageTrees, randomBytes(6).toString('hex'));
  await mkdir(imageTrees, { recursive: true, mode: 0o700 });
  if ((await stat(path)).isDirectory()) await mkdir(target);
  else await writeFile(target, '');
  opened.defer(() => rm(target, { recursive: true, force: true }));
  await engine.mounts.mount(path, target, null, mountFlags.bind | mountFlags.recursive);
  opened.defer(() => engine.mounts.unmount(target, { lazy: true }));
  return target;
}

function bind(Source: string, Target: string, ReadOnly: boolean): MountRequest {
  return mountRequestSchema.parse({ Type: 'bind', Source, Target, ReadOnly });
}

/**
 * The paths that mounts add to the image's files only as their mount points, topmost first:
 * relative to the image's root.
 */
export async function mountStubs(
  session: BuildSession,
  { layers }: StageState,
  requests: readonly MountRequest[],
): Promise<string[]> {
  if (requests.length === 0) return [];
  await using tree = await openImageTree(session.engine, layers, session.scratch);
  const stubs = new Set<string>();
  for (const { Target } of requests) {
    const path = (await resolveInRoot(tree.root, Target)).slice(tree.root.length + 1);
    const parts = path.split('/').filter(Boolean);
    for (const [index] of parts.entries()) {
      const part = parts.slice(0, index + 1).join('/');
      const found = await lstat(join(tree.root, part)).catch(ifMissing(undefined));
      if (found === undefined) stubs.add(part);
    }
  }
  return [...stubs].sort();
}

/** Removes mount points that nothing was written to from a container's changes. */
export async function removeStubs(upper: string, stubs: readonly string[]): Promise<void> {
  for (const stub of [...stubs].reverse()) {
    const path = join(upper, stub);
    // The command may have replaced a directory with a link, which leads into the VM from here.
    if ((await resolveInRoot(upper, posix.dirname(stub))) !== posix.dirname(path)) continue;
    const found = await lstat(path).catch(ifMissing(undefined));
    if (found?.isDirectory()) {
      await rmdir(path).catch((error: NodeJS.ErrnoException) => {
        // The command put files into a directory above a mount point.
        if (error.code !== 'ENOTEMPTY') throw error;
      });
    } else if (found?.isFile() && found.size === 0) await unlink(path);
  }
}
