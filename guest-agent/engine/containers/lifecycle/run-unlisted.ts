import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputPacket } from '../../../runtime/conmon/attach-socket.ts';
import { Directories } from '../../../runtime/directories.ts';
import { runForeground } from '../../../runtime/foreground.ts';
import type { Engine } from '../../engine.ts';
import { requestedMountPoints } from '../mounts/mount-points.ts';
import { prepareMountPoint } from '../mounts/prepare-mount-point.ts';
import { createSnapshot, mountRoot } from '../mounts/root-file-system.ts';
import { requestedNetworks } from '../network/requested-networks.ts';
import type { ConnectRun, RunNetwork } from '../network/run-network.ts';
import { removeBundle, writeBundle } from '../process/bundle.ts';
import type { ContainerRecord, MountPoint } from '../record/container.ts';
import type { CreateRequest } from '../request/config.ts';
import { mergeConfig, newRecord } from './create.ts';

/** A command to run on layers. */
export interface UnlistedRun {
  /** `randomId()`. The caller notes it, so that `removeUnlisted` can clean up after a crash. */
  readonly id: string;
  /** Diff IDs, lowest first. The caller holds them. */
  readonly layers: readonly string[];
  readonly request: CreateRequest;
  /** Variables that can be secrets, which no file keeps that outlives the run. */
  readonly secretEnv: readonly string[];
  /** For what the command writes. On the data disk. */
  readonly directory: string;
  readonly connect: ConnectRun;
}

export function randomId(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Runs a command in a container without a record, which clients don't see in the list of containers.
 * Yields its output. Returns its exit code, and the directory with its changes: see `upperLayer`.
 */
export async function* runUnlisted(
  engine: Engine,
  { id, layers, request, secretEnv, directory, connect }: UnlistedRun,
  signal: AbortSignal,
): AsyncGenerator<OutputPacket, { readonly exitCode: number; readonly upper: string }> {
  // What the engine keeps of a container goes into the caller's directory.
  const own = { ...engine, directories: new Directories(directory, engine.directories.run) };
  const asked = await unlistedRecord(engine, id, layers, request);
  await createSnapshot(own, id);
  let joined: RunNetwork | undefined;
  try {
    await mkdir(own.directories.bundle(id), { recursive: true, mode: 0o700 });
    // Waits for both before a failure is reported, so that nothing is left to undo.
    const [root, network] = await Promise.allSettled([
      mountRoot(own, asked, { volatile: true }),
      connect(own, asked),
    ]);
    if (network.status === 'fulfilled') joined = network.value;
    if (root.status === 'rejected') throw root.reason;
    if (network.status === 'rejected') throw network.reason;
    const { endpoints, namespace } = network.value;
    await writeBundle(own, { record: { ...asked, endpoints }, secretEnv }, root.value, namespace);
    const exitCode = yield* runForeground(own, id, signal);
    return { exitCode, upper: join(own.directories.container(id), 'upper') };
  } finally {
    const tried = (step: Promise<unknown>) =>
      step.catch((error) => engine.log(`cleaning up after ${id}`, error));
    await Promise.all([tried(removeBundle(own, id)), joined && tried(joined.release())]);
  }
}

/** Removes what a run left that a crash of the agent interrupted. */
export async function removeUnlisted(engine: Engine, id: string): Promise<void> {
  await engine.crun.delete(id);
  await removeBundle(engine, id);
  await engine.networks.driver.removeNamespace(engine.directories.networkNamespace(id));
}

async function unlistedRecord(
  engine: Engine,
  id: string,
  layers: readonly string[],
  request: CreateRequest,
): Promise<ContainerRecord> {
  const { HostConfig: hostConfig, NetworkingConfig: _, MacAddress: __, ...asked } = request;
  const config = mergeConfig(asked, {}, id.slice(0, 12));
  const mounts: MountPoint[] = [];
  for (const point of requestedMountPoints(hostConfig, [])) {
    mounts.push(await prepareMountPoint(engine, point));
  }
  return newRecord({
    ...{ id, name: id.slice(0, 12), image: { id: '', layers }, config, hostConfig, mounts },
    argv: config.Cmd ?? [],
    networks: requestedNetworks(engine, request),
  });
}
