import type { Pod } from 'kubernetes-types/core/v1.js';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import { pods } from '../../objects/resources.ts';
import type { ControllerContext } from '../context.ts';
import { messageOf, record } from '../record.ts';

/** How many pods one step of a controller creates or deletes. */
export const BURST = 500;

/** What an owner says about a pod that it creates. */
export interface CreationTexts {
  readonly created: (name: string) => string;
  readonly failed: (error: string, name: string) => string;
}

const usual: CreationTexts = {
  created: (name) => `Created pod: ${name}`,
  failed: (error) => `Error creating: ${error}`,
};

/** Creates a pod, and records it as an event of its owner, also if it fails. */
export async function createPod(
  context: ControllerContext,
  owner: Stored<KubeObject>,
  pod: Pod,
  { created: success, failed } = usual,
): Promise<Stored<Pod>> {
  const created = await context.objects.create(pods, pod).catch(async (cause) => {
    await record(
      context,
      owner,
      'Warning',
      'FailedCreate',
      failed(messageOf(cause), pod.metadata?.name ?? ''),
    );
    throw cause;
  });
  const message = success(created.metadata.name);
  await record(context, owner, 'Normal', 'SuccessfulCreate', message);
  return created;
}

/**
 * Creates pods in batches of 1, 2, 4, ... and ends with the first batch that has a failure, so that
 * a cause that they share, such as a quota, is met once and not a thousand times.
 */
export async function createInBatches(
  count: number,
  create: (index: number) => Promise<unknown>,
): Promise<void> {
  for (let done = 0, size = 1; done < count; size *= 2) {
    const indexes = Array.from(
      { length: Math.min(size, count - done) },
      (_, index) => done + index,
    );
    const results = await Promise.allSettled(indexes.map(create));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    done += indexes.length;
  }
}
