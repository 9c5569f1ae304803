import { type FileHandle, lstat, readlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPathForm, isMachinePath, pathBelow } from '../contract/host-path.ts';
import { guestPaths } from '../contract/paths.ts';
import type { SharedFolder, SharesConfig } from '../contract/shares.ts';
import { containsWithheld, isWithheld } from '../contract/withheld.ts';
import { EngineError, ifUnseen } from '../errors.ts';
import { readMounts } from '../runtime/mounts/mount-info.ts';
import { openWithin } from './open-within.ts';

/** The place in the guest of a path on the host or in the VM. */
export interface Place {
  readonly path: string;
  /** The mount point of its share. Undefined for a path of the VM. */
  readonly root: string | undefined;
  readonly readOnly: boolean;
}

const MAX_LINKS = 40;
/** A share over SFTP exists only once the host has connected. */
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** The host's shared folders. */
export class Shares {
  readonly #config: SharesConfig | undefined;
  readonly #directory: string;
  readonly #isMounted: (path: string) => Promise<boolean>;

  /** Without `config` there is no host, and all paths are the VM's. */
  constructor(
    config: SharesConfig | undefined,
    directory: string = guestPaths.shares,
    isMounted = isMountPoint,
  ) {
    this.#config = config;
    this.#directory = directory;
    this.#isMounted = isMounted;
  }

  get folders(): readonly SharedFolder[] {
    return this.#config?.folders ?? [];
  }

  mountPoint({ tag }: SharedFolder): string {
    return join(this.#directory, tag);
  }

  /**
   * Finds a path of the host. Its last parts may not exist. Resolves links as the host would,
   * within the shares. Rejects with EngineError 'invalid' if the path or a link is outside all
   * shares, or withheld. Not safe against a link that is created at the same moment: see `open`.
   */
  async find(hostPath: string): Promise<Place> {
    const config = this.#config;
    if (!config) return ownPlace(hostPath);
    let pending = hostPathForm(hostPath, config.windows);
    for (let links = 0; links <= MAX_LINKS; links++) {
      if (pending === undefined) throw this.#notShared(hostPath);
      if (this.#isEngineSocket(pending)) return ownPlace(guestPaths.engineSocket);
      const found = this.#locate(pending);
      if (!found) {
        if (isMachinePath(pending)) return ownPlace(pending);
        throw this.#notShared(hostPath);
      }
      await this.#untilMounted(found.root);
      const link = await firstLink(found.root, found.below);
      if (!link) {
        const { root, folder } = found;
        if (isWithheld(folder.withheld ?? [], found.below)) throw withheldError(hostPath);
        return { path: join(root, found.below), root, readOnly: folder.readOnly };
      }
      const target = link.target.startsWith('/')
        ? link.target
        : join(found.folder.hostPath, dirname(link.at), link.target);
      pending = hostPathForm(join(target, link.rest), config.windows);
    }
    throw new EngineError('invalid', `too many levels of symbolic links: ${hostPath}`);
  }

  /**
   * Opens a place in a share, whatever links others put in the way since `find`. The file can be mounted as
   * `/proc/PID/fd/N`. Rejects with EngineError 'invalid'.
   */
  async open({ root, path }: Place & { readonly root: string }): Promise<FileHandle> {
    const folder = this.folders.find((each) => this.mountPoint(each) === root);
    const withheld = folder?.withheld ?? [];
    return openWithin(root, path, (real) => {
      const below = relative(root, real);
      if (isWithheld(withheld, below)) return false;
      return folder?.transport !== '9p' || !containsWithheld(withheld, below);
    });
  }

  /**
   * Whether a place comes from Berth's own file server, whose client raises the events of files, and waits for a
   * host that is away.
   */
  isFromOwnServer({ root }: Pick<Place, 'root'>): boolean {
    const folder = this.folders.find((each) => this.mountPoint(each) === root);
    return folder?.transport === 'fuse';
  }

  /** A socket of the host can't be used through a shared folder, so the guest's own takes its place. */
  #isEngineSocket(path: string): boolean {
    const { engineSockets = [], ignoresCase } = this.#config ?? { ignoresCase: false };
    return engineSockets.some((socket) => pathBelow(socket, path, ignoresCase) === '');
  }

  #locate(path: string) {
    const candidates = this.folders.flatMap((folder) => {
      const below = pathBelow(folder.hostPath, path, this.#config?.ignoresCase ?? false);
      return below === undefined ? [] : [{ folder, below, root: this.mountPoint(folder) }];
    });
    // If one folder is inside another, the inner one counts. One that is served in both ways comes over 9p, which
    // is faster, unless that would show what is withheld.
    const fits = ({ folder, below }: (typeof candidates)[number]) =>
      (folder.transport === 'sftp') === containsWithheld(folder.withheld ?? [], below);
    return candidates.sort(
      (a, b) => a.below.length - b.below.length || Number(fits(b)) - Number(fits(a)),
    )[0];
  }

  async #untilMounted(root: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await this.#isMounted(root))) {
      if (Date.now() > deadline) {
        throw new EngineError('internal', `the host does not serve the shared folder ${root}`);
      }
      await sleep(POLL_MS);
    }
  }

  #notShared(path: string): EngineError {
    const paths = new Set(this.folders.map(({ hostPath }) => hostPath));
    const shared = [...paths].join(', ') || 'none';
    return new EngineError(
      'invalid',
      `mounts denied: the path ${path} is not in a shared folder of the host (shared: ${shared}). Add its folder to sharedFolders in the settings, then run "berth machine stop". Berth shares the folder at the next start.`,
    );
  }
}

const isMountPoint = async (path: string) =>
  (await readMounts()).some(({ mountPoint }) => mountPoint === path);

const withheldError = (path: string) =>
  new EngineError(
    'invalid',
    `mounts denied: the path ${path} is for keys or passwords, which Berth doesn't share with the folder around it. To share the path, add its folder to sharedFolders in the settings, then run "berth machine stop".`,
  );

const ownPlace = (path: string): Place => ({ path, root: undefined, readOnly: false });

/** The first part of a path that is a symbolic link, and the path after it. */
async function firstLink(root: string, below: string) {
  const parts = below.split('/').filter(Boolean);
  for (let count = 1; count <= parts.length; count++) {
    const at = parts.slice(0, count).join('/');
    // If the host hides a file, the mount reports the error.
    const file = await lstat(join(root, at)).catch(ifUnseen(undefined));
    if (!file) return undefined;
    if (!file.isSymbolicLink()) continue;
    const target = await readlink(join(root, at)).catch(ifUnseen(undefined));
    if (target === undefined) return undefined;
    return { at, target, rest: parts.slice(count).join('/') };
  }
  return undefined;
}
