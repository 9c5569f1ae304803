import * as z from 'zod';
import type { Action } from '../access/authorize.ts';
import { isObject, type Json } from '../schema/decode.ts';
import type { Reply } from './api.ts';

export const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const specSchema = z.looseObject({
  resourceAttributes: z
    .looseObject({
      namespace: z.string().optional(),
      verb: z.string().default('*'),
      group: z.string().default(''),
      resource: z.string().default('*'),
      subresource: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
});

/** Answers `kubectl auth can-i`. */
export function accessReview(
  body: Json | undefined,
  isAllowed: (action: Action) => boolean,
): Reply {
  const { resourceAttributes } = specSchema.parse((isObject(body) && body.spec) || {});
  const { subresource, resource = '', ...rest } = resourceAttributes ?? {};
  const what = subresource ? `${resource}/${subresource}` : resource;
  const allowed =
    resourceAttributes === undefined ||
    isAllowed({ verb: '*', group: '', ...rest, resource: what });
  const review = {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {} },
    ...{ spec: isObject(body) ? (body.spec ?? {}) : {}, status: { allowed } },
  };
  return { kind: 'object', status: 201, body: review };
}
