import type { ContainerCreateRequest } from '../../../guest-agent/contract/engine-types.ts';
import type { Renewal } from '../../api/containers.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import {
  createContainer,
  inspectContainer,
  readContainer,
  removeContainer,
  renameContainer,
  startContainer,
  stopContainer,
} from '../engine/containers.ts';
import { inspectImage, pullImage } from '../engine/images.ts';
import { PullTally } from '../images/pull-progress.ts';
import { staysUp } from './stays-up.ts';
import { successorOf } from './successor.ts';

const log = loggerOf('containers');

export interface RenewOptions {
  /** Credentials for the image's registry, from credentials/registry-auth.ts. */
  readonly auth: (
    reference: string,
  ) => Promise<{ readonly auth?: string; readonly mirrorAuth?: string }>;
  readonly signal: AbortSignal;
  /** How long the new container must run before the old one is removed, in milliseconds. */
  readonly trial?: number;
}

/** Enough time for a program to exit because of a wrong configuration. */
const TRIAL = 3000;

/**
 * Replaces a container by one of its image's newest version. The old container exists under another
 * name until the new one runs; if the new one fails, the old one is restored. After the old
 * container has been stopped, `signal` is ignored.
 */
export async function* renewContainer(
  client: EngineClient,
  id: string,
  { auth, signal, trial = TRIAL }: RenewOptions,
): AsyncGenerator<Renewal, void, undefined> {
  const { document, inspection } = await readContainer(client, id);
  const reference = renewable(inspection);
  const tally = new PullTally();
  for await (const message of pullImage(client, reference, {
    ...(await auth(reference)),
    signal,
  })) {
    const { status, current, total } = tally.add(message);
    yield { step: 'pull', text: status, ...(total > 0 ? { fraction: current / total } : {}) };
  }
  const newest = await inspectImage(client, reference);
  if (newest.Id === inspection.Image) {
    yield { step: 'done', id: inspection.Id, renewed: false };
    return;
  }
  yield { step: 'create' };
  signal.throwIfAborted();
  const before = await inspectImage(client, inspection.Image);
  const request = successorOf(document, inspection, before.Config);
  const successor = await create(client, inspection, request);
  let inPlace = false;
  try {
    yield { step: 'replace' };
    signal.throwIfAborted();
    await replace(client, inspection, successor, trial);
    inPlace = true;
  } finally {
    // The container may be gone by now. The original error matters more.
    if (!inPlace) {
      const removed = removeContainer(client, successor, { force: true });
      await log.attempt('Removing the new container', removed);
    }
  }
  // The new container uses its anonymous volumes now.
  await removeContainer(client, inspection.Id, { force: true, volumes: false });
  yield { step: 'done', id: successor, renewed: true };
}

/** The reference to pull for a newer image. */
function renewable({ Config, HostConfig, Name }: ContainerInspection): string {
  const name = Name.replace(/^\//, '');
  if (HostConfig.AutoRemove) {
    throw new HostError(
      'invalid',
      `${name} is removed when it stops, so Berth couldn't restore it if the update failed`,
      {
        hint: 'Stop the container, then run the image again.',
      },
    );
  }
  if (/^(sha256:)?[0-9a-f]{12,64}$/.test(Config.Image) || Config.Image.includes('@')) {
    throw new HostError(
      'invalid',
      `${name} was created from an image ID or digest, so Berth can't pull a newer version`,
      {
        hint: 'Berth can update containers that were created from an image name and tag.',
      },
    );
  }
  return Config.Image;
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
