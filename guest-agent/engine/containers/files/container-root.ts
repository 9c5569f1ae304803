import { mkdir, stat } from 'node:fs/promises';
import { ifMissing } from '../../../errors.ts';
import { loadFileCalls } from '../../../runtime/files/file-calls.ts';
import { resolveInRoot } from '../../../runtime/files/rootfs-path.ts';
import type { ViewMount } from '../../../runtime/mounts/mount-view.ts';
import { openDirectory } from '../../../runtime/process/processes.ts';
import type { Engine } from '../../engine.ts';
import type { FileRoot } from '../../files/holder.ts';
import { containerMounts } from '../mounts/container-mounts.ts';
import { mountRoot } from '../mounts/root-file-system.ts';
import { removeBundle } from '../process/bundle.ts';
import { retryAfterExit } from '../process/retry-after-exit.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';

/**
 * Opens the root as the container's own processes see it, volumes and other mounts included. A
 * container that doesn't run is not started, stopped or removed before this is disposed of.
 */
export async function openContainerRoot(
  engine: Engine,
  container: LiveContainer,
): Promise<FileRoot> {
  await loadFileCalls();
  return retryAfterExit(engine, container, () => openRootNow(engine, container));
}

async function openRootNow(engine: Engine, container: LiveContainer): Promise<FileRoot> {
  await using stack = new AsyncDisposableStack();
  stack.defer(await container.lock.hold());
  // It may have been removed while we waited.
  const { record } = engine.containers.get(container.id);
  if (hasProcess(record)) return engine.processes.openRoot(record.state.pid);
  stack.defer(() => engine.volumes.release(container.id));
  stack.defer(() => removeBundle(engine, container.id));
  const root = await mountRoot(engine, record);
  const view = stack.use(await engine.mounts.openView(await viewMounts(engine, record, root)));
  const handle = stack.use(await openDirectory(view.root + root));
  const resources = stack.move();
  return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/**
 * Opens the container's own root file system, without anything that is mounted in it. A container
 * that doesn't run is left alone by others until this is disposed of.
 */
export async function openOwnFiles(engine: Engine, container: LiveContainer): Promise<FileRoot> {
  await loadFileCalls();
  await using stack = new AsyncDisposableStack();
  stack.defer(await container.lock.hold());
  const { record } = engine.containers.get(container.id);
  if (hasProcess(record)) {
    // The mount stays while it is open, whatever becomes of the container.
    const handle = await openDirectory(await mountRoot(engine, record));
    return { fd: handle.fd, [Symbol.asyncDispose]: () => handle.close() };
  }
  stack.defer(() => removeBundle(engine, container.id));
  const handle = stack.use(await openDirectory(await mountRoot(engine, record)));
  const resources = stack.move();
  return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** What a start would mount, but for file systems that hold nothing before. */
async function viewMounts(
  engine: Engine,
  record: ContainerRecord,
  root: string,
): Promise<ViewMount[]> {
  const mounts: ViewMount[] = [];
  for (const { type, source, destination, options } of await containerMounts(
    engine,
    record,
    root,
  )) {
    if (type !== 'bind') continue;
    // Nobody runs in there who could change it meanwhile.
    const target = await resolveInRoot(root, destination);
    if ((await stat(source)).isDirectory()) await mkdir(target, { recursive: true });
    else if ((await stat(target).catch(ifMissing(undefined))) === undefined) continue;
    mounts.push({ source, target, readOnly: !options.includes('rw') });
  }
  return mounts;
}
