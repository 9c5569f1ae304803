import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import { pods } from '../../objects/resources.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { keyOfTarget } from '../target.ts';

const evictionSchema = z.object({
  deleteOptions: z.object({ gracePeriodSeconds: z.number().int().nullish() }).nullish(),
});

/** `kubectl drain` evicts pods. Without disruption budgets, that is a deletion. */
export async function evict({ objects }: Api, request: ApiRequest): Promise<Reply> {
  const eviction = evictionSchema.safeParse(await request.body());
  if (!eviction.success) {
    throw new KubeError('BadRequest', 'The request has no valid Eviction', {
      cause: eviction.error,
    });
  }
  const grace = eviction.data.deleteOptions?.gracePeriodSeconds ?? undefined;
  await objects.requestDeletion(pods, keyOfTarget(request.target), grace);
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return { kind: 'object', status: 201, body };
}
