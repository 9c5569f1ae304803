import { constants } from 'node:fs';
import { chmod, chown, mkdir, open, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../../engine/engine.ts';
import { Lock } from '../../../engine/lock.ts';
import { ifMissing } from '../../../errors.ts';
import { resolveInRoot } from '../../../runtime/files/rootfs-path.ts';
import { mountFlags } from '../../../runtime/mounts/mount.ts';
import { run } from '../../../runtime/process/program.ts';
import type { PodAccess } from '../../access/pod-access.ts';
import type { Objects } from '../../objects/objects.ts';
import { parseQuantity } from '../../objects/quantity.ts';
import { expand } from '../environment/expand.ts';
import type { PodView, RunnerContext } from '../pod-context.ts';
import { PodError } from '../pod-error.ts';
import { volumeMountsOf, volumesOf } from './account-volume.ts';
import { writeAtomically } from './atomic-files.ts';
import { claimedVolume } from './claim-volume.ts';
import { prepareHostPath } from './host-path.ts';
import type { PodDirectories } from './pod-directories.ts';
import { projectedFiles, VolumeError } from './projected-files.ts';

/** Changing the owner of a large volume takes a while. */
const CHOWN_DEADLINE = 600_000;

/** Where a volume of a pod is, for its containers. */
type Source =
  | { readonly kind: 'directory'; readonly path: string; readonly readOnly: boolean }
  | { readonly kind: 'host'; readonly path: string; readonly readOnly: boolean }
  | { readonly kind: 'volume'; readonly name: string; readonly readOnly: boolean }
  | { readonly kind: 'image'; readonly reference: string };

/** A mount of the engine's create request. */
type Mount = Readonly<Record<string, unknown>>;

/** The volumes of one pod. */
export class PodVolumes {
  readonly #engine: Engine;
  readonly #objects: Objects;
  readonly #access: PodAccess | undefined;
  readonly #directories: PodDirectories;
  /** Two writers of one directory would remove each other's files. */
  readonly #turns = new Lock();
  /** A refresh whose turn hasn't come. */
  #refresh: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    { engine, objects, access }: Pick<RunnerContext, 'engine' | 'objects' | 'access'>,
    directories: PodDirectories,
  ) {
    this.#engine = engine;
    this.#objects = objects;
    this.#access = access;
    this.#directories = directories;
  }

  /** Prepares all volumes. Idempotent. Throws VolumeError if one isn't available yet. */
  prepare(view: PodView): Promise<void> {
    return this.#turns.run(() => this.#prepareAll(view));
  }

  /**
   * Brings the volumes that show objects up to date. A missing object keeps its last content. Calls
   * before the turn comes share it: it shows the objects and the pod as they are by then.
   */
  refresh(view: () => PodView): Promise<void> {
    this.#refresh ??= this.#turns.run(() => {
      this.#refresh = undefined;
      return this.#refreshAll(view());
    });
    return this.#refresh;
  }

  /** Resolves when nobody writes any more, so that the directories can be removed. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#turns.run(async () => {});
  }

  async #prepareAll(view: PodView): Promise<void> {
    await this.#directories.open();
    for (const volume of volumesOf(view.pod, this.#access)) {
      try {
        await this.#prepareOne(view, volume);
      } catch (cause) {
        if (cause instanceof VolumeError && cause.message.startsWith('pod has unbound'))
          throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${reason}`, {
          cause,
        });
      }
    }
  }

  async #refreshAll(view: PodView): Promise<void> {
    if (this.#isClosed) return;
    for (const volume of volumesOf(view.pod, this.#access)) {
      try {
        await this.#project(view, volume);
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
      }
    }
  }

  /** The mounts of a container, as the engine's create request has them. */
  async mountsOf(
    view: PodView,
    container: Container,
    environment: ReadonlyMap<string, string>,
  ): Promise<Mount[]> {
    const mounts: Mount[] = [];
    for (const mount of volumeMountsOf(view.pod, container, this.#access)) {
      const volume = volumesOf(view.pod, this.#access).find(({ name }) => name === mount.name);
      if (volume === undefined) {
        throw new PodError('CreateContainerConfigError', `volume "${mount.name}" not found`);
      }
      mounts.push(await this.#mountOf(view, volume, mount, environment));
    }
    return mounts;
  }

  async #prepareOne(view: PodView, volume: Volume): Promise<void> {
    const { uid } = view.pod.metadata;
    const gid = view.pod.spec?.securityContext?.fsGroup;
    if (await this.#project(view, volume)) return;
    if (volume.hostPath) return prepareHostPath(this.#engine, volume.hostPath);
    if (volume.emptyDir) {
      const path = this.#directories.volume(uid, volume.name);
      await mkdir(path, { recursive: true });
      const { medium, sizeLimit } = volume.emptyDir;
      if (medium === 'Memory' && !(await this.#directories.isMountPoint(path))) {
        const size = Math.floor(parseQuantity(sizeLimit ?? '') ?? 0);
        const options = size > 0 ? `size=${size},mode=777` : 'mode=777';
        const { noSuid, noDev } = mountFlags;
        await this.#engine.mounts.mount('tmpfs', path, 'tmpfs', noSuid | noDev, options);
      }
      await chmod(path, gid === undefined ? 0o777 : 0o2777);
      if (gid !== undefined) await chown(path, 0, gid);
      return;
    }
    const source = this.#sourceOf(view, volume);
    if (source.kind === 'volume') {
      if (!this.#engine.volumes.has(source.name)) {
        throw new VolumeError(`volume ${source.name} of the engine not found`);
      }
      if (gid !== undefined && !source.readOnly) await this.#giveTo(view, source.name, gid);
    }
  }

  /** Whether the volume shows objects. */
  async #project(view: PodView, volume: Volume): Promise<boolean> {
    const files = projectedFiles({ objects: this.#objects, access: this.#access }, view, volume);
    if (files === undefined) return false;
    const path = this.#directories.volume(view.pod.metadata.uid, volume.name);
    await writeAtomically(path, files, view.pod.spec?.securityContext?.fsGroup);
    return true;
  }

  #sourceOf({ pod }: PodView, volume: Volume): Source {
    const directory = this.#directories.volume(pod.metadata.uid, volume.name);
    const image = imageOf(volume);
    if (image !== undefined) return { kind: 'image', reference: image };
    if (volume.hostPath) return { kind: 'host', path: volume.hostPath.path, readOnly: false };
    if (volume.emptyDir) return { kind: 'directory', path: directory, readOnly: false };
    if (volume.configMap || volume.secret || volume.downwardAPI || volume.projected) {
      return { kind: 'directory', path: directory, readOnly: true };
    }
    const claim = volume.persistentVolumeClaim;
    const claimName = volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : claim?.claimName;
    if (claimName === undefined) {
      throw new VolumeError(`Berth does not support the type of volume "${volume.name}"`);
    }
    const found = claimedVolume(this.#objects, pod, claimName);
    const readOnly = claim?.readOnly ?? false;
    return 'volume' in found
      ? { kind: 'volume', name: found.volume, readOnly }
      : { kind: 'host', path: found.hostPath, readOnly };
  }

  async #mountOf(
    view: PodView,
    volume: Volume,
    mount: VolumeMount,
    environment: ReadonlyMap<string, string>,
  ): Promise<Mount> {
    const { mountPath: Target, subPath = '', subPathExpr } = mount;
    const part = subPathExpr ? expand(subPathExpr, (name) => environment.get(name)) : subPath;
    if (part.startsWith('/') || part.split('/').includes('..')) {
      throw new PodError(
        'CreateContainerConfigError',
        `subPath "${part}" must be a path in the volume`,
      );
    }
    const source = this.#sourceOf(view, volume);
    if (source.kind === 'image') {
      return {
        ...{ Type: 'image', Source: source.reference, Target },
        ImageOptions: { Subpath: part },
      };
    }
    const ReadOnly = source.readOnly || (mount.readOnly ?? false);
    if (source.kind === 'volume') {
      if (part !== '') await makePart(this.#engine.volumes.mountpoint(source.name), part);
      const VolumeOptions = { NoCopy: true, Subpath: part };
      return { Type: 'volume', Source: source.name, Target, ReadOnly, VolumeOptions };
    }
    const BindOptions = { CreateMountpoint: true };
    const isShared = source.kind === 'host' && (await this.#isShared(source.path));
    if (part === '' || isShared) {
      // The engine keeps mounts of shared folders inside of the share.
      return { Type: 'bind', Source: join(source.path, part), Target, ReadOnly, BindOptions };
    }
    await makePart(source.path, part);
    // The engine finds the part when the container starts: until then, another container can replace
    // it with a link to a directory of the VM.
    const inVolume = { ...BindOptions, Subpath: part };
    return { Type: 'bind', Source: source.path, Target, ReadOnly, BindOptions: inVolume };
  }

  /** Whether a path is the host's. Otherwise it is the VM's. */
  async #isShared(path: string): Promise<boolean> {
    return (await this.#engine.shares.find(path)).root !== undefined;
  }

  /** Gives the files of a volume to a group, unless its root already has the group and the policy allows that. */
  async #giveTo({ pod }: PodView, volume: string, gid: number): Promise<void> {
    await using opened = await this.#engine.volumes.open(volume);
    const { path } = opened;
    const policy = pod.spec?.securityContext?.fsGroupChangePolicy;
    if (policy === 'OnRootMismatch' && (await stat(path)).gid === gid) return;
    const options = { deadline: CHOWN_DEADLINE };
    await run('chown', ['-R', '-h', `:${gid}`, path], options);
    await run('chmod', ['-R', 'g+rwX', path], options);
    await run('find', [path, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+'], options);
  }
}

/** The image of a volume. These types are older than this kind of volume. */
function imageOf(volume: Volume & { image?: { reference?: string } }): string | undefined {
  return volume.image?.reference;
}

/** A part of a volume. If it is missing, it becomes a directory with the permissions of the volume. */
async function makePart(root: string, part: string): Promise<void> {
  const path = await resolveInRoot(root, part);
  if (await stat(path).catch(ifMissing(undefined))) return;
  await mkdir(path, { recursive: true });
  // A container of the pod may have replaced it with a link to a directory of the VM.
  const made = await open(path, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const isInside = (await readlink(`/proc/self/fd/${made.fd}`)).startsWith(
      `${await realpath(root)}/`,
    );
    if (isInside) await made.chmod((await stat(root)).mode & 0o7777);
  } finally {
    await made.close();
  }
}
