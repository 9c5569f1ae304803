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
 * Opens the root as the container's own processes see it, including volumes and other mounts. A
 * stopped container can't be started or removed until this is disposed of.
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
  // The container may have been removed during the wait.
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
 * Opens the container's own root file system, without its mounts. A stopped container can't be
 * started or removed until this is disposed of.
 */
export async function openOwnFiles(engine: Engine, container: LiveContainer): Promise<FileRoot> {
  await loadFileCalls();
  await using stack = new AsyncDisposableStack();
  stack.defer(await container.lock.hold());
  const { record } = engine.containers.get(container.id);
  if (hasProcess(record)) {
    // The mount stays while it is open, even if the container is removed.
    const handle = await openDirectory(await mountRoot(engine, record));
    return { fd: handle.fd, [Symbol.asyncDispose]: () => handle.close() };
  }
  stack.defer(() => removeBundle(engine, container.id));
  const handle = stack.use(await openDirectory(await mountRoot(engine, record)));
  const resources = stack.move();
  return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The mounts of a start, except file systems that begin empty. */
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
    // No process runs in there that could change the path meanwhile.
    const target = await resolveInRoot(root, destination);
    if ((await stat(source)).isDirectory()) await mkdir(target, { recursive: true });
    else if ((await stat(target).catch(ifMissing(undefined))) === undefined) continue;
    mounts.push({ source, target, readOnly: !options.includes('rw') });
  }
  return mounts;
}
