import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { keyOfTarget } from '../target.ts';

const requestSchema = z.object({
  spec: z
    .object({
      audiences: z.array(z.string()).nullish(),
      expirationSeconds: z.number().int().min(600).nullish(),
    })
    .default({}),
});

const ONE_HOUR = 3600;

/** `kubectl create token`: a token of a service account. */
export async function createToken(api: Api, request: ApiRequest): Promise<Reply> {
  const read = requestSchema.safeParse(await request.body());
  if (!read.success) {
    const message = 'The request has no valid TokenRequest; a token lasts at least 10 minutes';
    throw new KubeError('BadRequest', message, { cause: read.error });
  }
  const { name, namespace = '' } = keyOfTarget(request.target);
  const { audiences, expirationSeconds } = read.data.spec;
  const seconds = expirationSeconds ?? ONE_HOUR;
  const wanted = audiences?.length ? { audiences } : {};
  const issued = api.tokens?.issue({ namespace, name, seconds, ...wanted });
  if (issued === undefined) throw new KubeError('NotFound', `serviceaccounts "${name}" not found`);
  const { token, expiresAt } = issued;
  const body = {
    ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
    metadata: { name, namespace },
    spec: { audiences: audiences ?? [], expirationSeconds: seconds },
    status: { token, expirationTimestamp: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z') },
  };
  return { kind: 'object', status: 201, body };
}
