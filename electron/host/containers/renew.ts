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
  /** For the image's registry, as credentials/registry-auth.ts makes it. */
  readonly auth: (
    reference: string,
  ) => Promise<{ readonly auth?: string; readonly mirrorAuth?: string }>;
  readonly signal: AbortSignal;
  /** How long the new one has to run before the old one goes, in milliseconds. */
  readonly trial?: number;
}

/** What a program that cannot work with its configuration needs to find out. */
const TRIAL = 3000;

/**
 * Puts a container of the newest image in a container's place. Until the new one runs the old one
 * is there, under another name; when the new one fails the old one is put back as it was. Once the
 * old one has been stopped `signal` is not looked at any more.
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
    // It may be gone by now; and whatever went wrong before is what counts.
    if (!inPlace) {
      const removed = removeContainer(client, successor, { force: true });
      await log.attempt('Removing the successor', removed);
    }
  }
  // What it kept in volumes without a name is now the successor's.
  await removeContainer(client, inspection.Id, { force: true, volumes: false });
  yield { step: 'done', id: successor, renewed: true };
}

/** The reference that a newer image is pulled by. */
function renewable({ Config, HostConfig, Name }: ContainerInspection): string {
  const name = Name.replace(/^\//, '');
  if (HostConfig.AutoRemove) {
    throw new HostError('invalid', `${name} is removed when it stops, so it cannot be put back`, {
      hint: 'stop it, and run the image again',
    });
  }
  if (/^(sha256:)?[0-9a-f]{12,64}$/.test(Config.Image) || Config.Image.includes('@')) {
    throw new HostError('invalid', `${name} was made from one particular image`, {
      hint: 'a container that was run by a name and tag can be renewed',
    });
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

/** Stops the old one and starts the new one under its name; or else, puts the old one back. */
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

/** Each step is tried, so that as much as can be is as it was. */
async function putBack(
  client: EngineClient,
  undo: readonly (() => Promise<void>)[],
  name: string,
): Promise<void> {
  // The engine is asked below how it went.
  for (const step of undo) await log.attempt(`Putting ${name} back`, step(), 'warn');
  const { Name } = await inspectContainer(client, name);
  if (Name !== `/${name}`) throw new HostError('internal', `${name} could not be put back`);
}
