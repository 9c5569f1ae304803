import type { Renewal } from '../../api/containers.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { readContainer } from '../engine/containers.ts';
import { inspectImage, pullImage } from '../engine/images.ts';
import { PullTally } from '../images/pull-progress.ts';
import { replaceContainer, requireRestorable } from './replace-container.ts';
import { successorOf } from './successor.ts';

export interface RenewOptions {
  /** Credentials for the image's registry, from credentials/registry-auth.ts. */
  readonly auth: (
    reference: string,
  ) => Promise<{ readonly auth?: string; readonly mirrorAuth?: string }>;
  readonly signal: AbortSignal;
  /** How long the new container must run before the old one is removed, in milliseconds. */
  readonly trial?: number;
}

/**
 * Replaces a container by one of its image's newest version. The old container exists under another
 * name until the new one runs; if the new one fails, the old one is restored. After the old
 * container has been stopped, `signal` is ignored.
 */
export async function* renewContainer(
  client: EngineClient,
  id: string,
  { auth, signal, trial }: RenewOptions,
): AsyncGenerator<Renewal, void, undefined> {
  const { document, inspection } = await readContainer(client, id);
  requireRestorable(inspection);
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
  const before = await inspectImage(client, inspection.Image);
  const request = successorOf(document, inspection, before.Config);
  const successor = yield* replaceContainer(client, inspection, request, { signal, trial });
  yield { step: 'done', id: successor, renewed: true };
}

/** The reference to pull for a newer image. */
function renewable({ Config, Name }: ContainerInspection): string {
  const name = Name.replace(/^\//, '');
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
