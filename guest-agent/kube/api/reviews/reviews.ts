import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import { apiVersionOf, type Resource } from '../../objects/resource.ts';
import {
  accessReviews,
  localAccessReviews,
  selfAccessReviews,
  selfReviews,
  selfRulesReviews,
  tokenReviews,
} from '../../objects/resources.ts';
import { isObject, type JsonObject } from '../../schema/decode.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import type { Rights, Users } from '../rights.ts';
import { actionSchema, isPermitted } from './access-review.ts';
import { rulesStatus } from './rules-review.ts';

/** Everybody may ask these questions about themselves. */
const ABOUT_SENDER: readonly Resource[] = [selfAccessReviews, selfRulesReviews, selfReviews];

export const isAboutSender = (resource: Resource): boolean => ABOUT_SENDER.includes(resource);

/** Who may do everything without signing in: the user of the engine. */
const OWNER = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

const rulesSpec = z.looseObject({ namespace: z.string().default('') });
const subjectSpec = actionSchema.extend({
  user: z.string().default(''),
  groups: z.array(z.string()).nullish(),
});
const tokenSpec = z.looseObject({
  token: z.string().default(''),
  audiences: z.array(z.string()).nullish(),
});

/** Answers a question about users and rights, as of `kubectl auth`. Throws KubeError. */
export async function review(api: Api, request: ApiRequest): Promise<Reply> {
  const { resource } = request.target;
  const sent = await request.body();
  const spec = (isObject(sent) && sent.spec) || {};
  const status = answer(api, request, (schema) => {
    const read = schema.safeParse(spec);
    if (read.success) return read.data;
    const message = `The request has no valid ${resource.kind}`;
    throw new KubeError('BadRequest', message, { cause: read.error });
  });
  const { apiVersion, kind } = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const body = {
    ...{ apiVersion, kind, metadata: { creationTimestamp: null } },
    ...(resource === selfReviews ? {} : { spec }),
    status,
  };
  return { kind: 'object', status: 201, body };
}

type ReadSpec = <T>(schema: z.ZodType<T>) => T;

function answer({ users }: Api, { target, rights }: ApiRequest, read: ReadSpec): JsonObject {
  switch (target.resource) {
    case selfReviews:
      return { userInfo: rights ? identityOf(rights) : OWNER };
    case selfAccessReviews:
      return { allowed: isPermitted(read(actionSchema), rights) };
    case selfRulesReviews:
      return rulesStatus(read(rulesSpec).namespace, rights);
    case accessReviews:
    case localAccessReviews:
      return { allowed: isPermittedTo(read(subjectSpec), users, target.namespace) };
    case tokenReviews:
      return identified(read(tokenSpec), users);
    default:
      throw new Error(`${target.resource.kind} isn't a review`);
  }
}

const identityOf = ({ user, groups }: Rights) => ({ username: user, groups: [...groups] });

/** Whether a user may do something; in a review of one namespace, only there. */
function isPermittedTo(
  { user, groups, ...action }: z.infer<typeof subjectSpec>,
  users: Users | undefined,
  namespace: string | undefined,
): boolean {
  if (user === '' && !groups?.length) {
    throw new KubeError('BadRequest', 'at least one of user or group must be specified');
  }
  if (namespace !== undefined && action.resourceAttributes?.namespace !== namespace) {
    const message = `spec.resourceAttributes.namespace must match the namespace "${namespace}"`;
    throw new KubeError('BadRequest', message);
  }
  return users !== undefined && isPermitted(action, users.rightsOf(user, groups ?? []));
}

function identified(
  { token, audiences }: z.infer<typeof tokenSpec>,
  users: Users | undefined,
): JsonObject {
  if (token === '') throw new KubeError('BadRequest', 'spec.token: Required value');
  const found = users?.ofToken(token, audiences?.length ? audiences : undefined);
  if (!found) return { authenticated: false, user: {}, error: 'invalid bearer token' };
  const { name, uid, groups, extra } = found.user;
  const user = { username: name, uid, groups: [...groups], extra };
  return { authenticated: true, user, audiences: [...found.audiences] };
}
