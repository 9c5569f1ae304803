import * as z from 'zod';
import { KubeError } from '../kube-error.ts';
import { isObject, type Json } from '../schema/decode.ts';
import type { Reply } from './api.ts';
import type { Rights } from './rights.ts';

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

/** Answers `kubectl auth can-i`. Throws KubeError 'BadRequest'. */
export function accessReview(body: Json | undefined, rights: Rights | undefined): Reply {
  const read = specSchema.safeParse((isObject(body) && body.spec) || {});
  if (!read.success) {
    const message = 'The request has no valid SelfSubjectAccessReview';
    throw new KubeError('BadRequest', message, { cause: read.error });
  }
  const { resourceAttributes } = read.data;
  const { subresource, resource = '', namespace, ...rest } = resourceAttributes ?? {};
  const what = subresource ? `${resource}/${subresource}` : resource;
  // Everybody who has signed in may read what the API offers, which isn't about objects.
  const allowed =
    resourceAttributes === undefined ||
    rights === undefined ||
    rights.may({
      verb: '*',
      group: '',
      ...rest,
      namespace: namespace || undefined,
      resource: what,
    });
  const review = {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {} },
    ...{ spec: isObject(body) ? (body.spec ?? {}) : {}, status: { allowed } },
  };
  return { kind: 'object', status: 201, body: review };
}
