import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import { pods } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { type Api, type ApiRequest, type Reply, TOKEN_SECONDS } from '../api.ts';
import { keyOfTarget } from '../target.ts';

const ONE_HOUR = 3600;

const specSchema = z.object({
  audiences: z.array(z.string()).nullish(),
  expirationSeconds: z.number().int().min(TOKEN_SECONDS.least).nullish(),
  boundObjectRef: z
    .object({
      kind: z.literal('Pod'),
      name: z.string(),
      uid: z.string().nullish(),
    })
    .nullish(),
});
const requestSchema = z.object({ spec: specSchema.default({}) });

/** `kubectl create token`: a token of a service account. */
export async function createToken(api: Api, request: ApiRequest): Promise<Reply> {
  const read = requestSchema.safeParse(await request.body());
  if (!read.success) {
    const message =
      'The request has no valid TokenRequest: a token lasts at least 10 minutes, and can be bound to a pod only';
    throw new KubeError('BadRequest', message, { cause: read.error });
  }
  const account = { namespace: '', ...keyOfTarget(request.target) };
  const { audiences, expirationSeconds, boundObjectRef } = read.data.spec;
  const seconds = Math.min(expirationSeconds ?? ONE_HOUR, TOKEN_SECONDS.most);
  const issued = api.tokens?.issue({
    ...{ ...account, seconds },
    ...(audiences?.length ? { audiences } : {}),
    ...(boundObjectRef ? { pod: boundPod(api, account, boundObjectRef) } : {}),
  });
  if (issued === undefined) {
    throw new KubeError('NotFound', `serviceaccounts "${account.name}" not found`);
  }
  const { token, expiresAt } = issued;
  const body = {
    ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: account },
    spec: { ...read.data.spec, audiences: audiences ?? [], expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(expiresAt.getTime()) },
  };
  return { kind: 'object', status: 201, body };
}

/** The pod with which a token ends. Throws KubeError. */
function boundPod(
  { objects }: Api,
  account: { readonly namespace: string; readonly name: string },
  { name, uid }: { readonly name: string; readonly uid?: string | null | undefined },
) {
  const pod = objects.get(pods, { namespace: account.namespace, name });
  if (pod === undefined) throw new KubeError('NotFound', `pods "${name}" not found`);
  if (uid && uid !== pod.metadata.uid) {
    const message = `the UID in the bound object reference (${uid}) does not match the UID in record`;
    throw new KubeError('Conflict', message);
  }
  const own = pod.spec?.serviceAccountName || 'default';
  if (own !== account.name) {
    const message = `cannot bind token for serviceaccount "${account.name}" to pod running with different serviceaccount name.`;
    throw new KubeError('BadRequest', message);
  }
  return { name, uid: pod.metadata.uid };
}
