import type { ContainerCreateRequest } from '../../../guest-agent/contract/engine-types.ts';
import type { Renewal } from '../../api/containers.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import {
  createContainer,
  inspectContainer,
  removeContainer,
  renameContainer,
  startContainer,
  stopContainer,
} from '../engine/containers.ts';
import { staysUp } from './stays-up.ts';

const log = loggerOf('containers');

/** Enough time for a program to exit because of a wrong configuration. */
const TRIAL = 3000;

interface ReplaceOptions {
  /** Ignored after the old container has been stopped. */
  readonly signal: AbortSignal;
  /** How long the new container must run before the old one is removed, in milliseconds. */
  readonly trial?: number | undefined;
}

/**
 * Replaces a container by one with another create request, and returns the new ID. The old container
 * exists under another name until the new one runs; if the new one fails, the old one is restored.
 */
export async function* replaceContainer(
  client: EngineClient,
  old: ContainerInspection,
  request: ContainerCreateRequest,
  { signal, trial = TRIAL }: ReplaceOptions,
): AsyncGenerator<Extract<Renewal, { step: 'create' | 'replace' }>, string, undefined> {
  yield { step: 'create' };
  signal.throwIfAborted();
  const successor = await create(client, old, request);
  let inPlace = false;
  try {
    yield { step: 'replace' };
    signal.throwIfAborted();
    await replace(client, old, successor, trial);
    inPlace = true;
  } finally {
    // The container may be gone by now. The original error matters more.
    if (!inPlace) {
      const removed = removeContainer(client, successor, { force: true });
      await log.attempt('Removing the new container', removed);
    }
  }
  // The new container uses its anonymous volumes now.
  await removeContainer(client, old.Id, { force: true, volumes: false });
  return successor;
}

/** Throws HostError 'invalid' for a container that is gone once it stops. */
export function requireRestorable({ HostConfig, Name }: ContainerInspection): void {
  if (!HostConfig.AutoRemove) return;
  throw new HostError(
    'invalid',
    `${Name.replace(/^\//, '')} is removed when it stops, so Berth couldn't restore it if the update failed`,
    { hint: 'Stop the container, then run the image again.' },
  );
}

async function create(
  client: EngineClient,
  { Name }: ContainerInspection,
  request: ContainerCreateRequest,
): Promise<string> {
  const name = `${Name.replace(/^\//, '')}-new`;
  return (await createContainer(client, request, { name })).Id;
}

/**
 * Stops the old container and starts the new one under its name. On failure, restores the old
 * container.
 */
async function replace(
  client: EngineClient,
  old: ContainerInspection,
  successor: string,
  trial: number,
): Promise<void> {
  const name = old.Name.replace(/^\//, '');
  const undo: (() => Promise<void>)[] = [];
  try {
    if (old.State.Running) {
      undo.push(() => startContainer(client, old.Id));
      await stopContainer(client, old.Id);
    }
    undo.push(() => renameContainer(client, old.Id, name));
    await renameContainer(client, old.Id, `${name}-old`);
    undo.push(() => removeContainer(client, successor, { force: true }));
    await renameContainer(client, successor, name);
    if (!old.State.Running) return;
    await startContainer(client, successor);
    await staysUp(client, successor, trial);
  } catch (error) {
    await putBack(client, undo.reverse(), name);
    throw error;
  }
}

/** Tries every step, to restore as much as possible. */
async function putBack(
  client: EngineClient,
  undo: readonly (() => Promise<void>)[],
  name: string,
): Promise<void> {
  // The check below shows whether it worked.
  for (const step of undo) await log.attempt(`Restoring ${name}`, step(), 'warn');
  const { Name } = await inspectContainer(client, name);
  if (Name !== `/${name}`) throw new HostError('internal', `couldn't restore ${name}`);
}
