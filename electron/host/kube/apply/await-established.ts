import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { pause } from '../../base/pause.ts';
import { conditionsSchema } from '../objects/conditions.ts';
import type { KubeTarget, Placed } from './target.ts';

const schema = z.looseObject({
  status: z
    .looseObject({
      conditions: conditionsSchema,
    })
    .optional(),
});

const ATTEMPTS = 60;

/** Waits until the cluster serves the kind that a CustomResourceDefinition adds. */
export async function awaitEstablished(
  { client, resources }: KubeTarget,
  { path }: Placed,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { status } = schema.parse(await client.json('GET', path, { signal }));
    const conditions = status?.conditions ?? [];
    if (conditions.some((each) => each.type === 'Established' && each.status === 'True')) {
      resources.forget();
      return;
    }
    await pause(500, signal);
  }
  throw new HostError('timeout', `the cluster doesn't serve the kind of ${path} after 30 seconds`);
}
