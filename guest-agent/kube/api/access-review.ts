import { isObject, type Json } from '../schema/decode.ts';
import type { Reply } from './api.ts';

export const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Answers `kubectl auth can-i`: who reaches the API may do everything. */
export function accessReview(body: Json | undefined): Reply {
  const review = {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {} },
    ...{ spec: isObject(body) ? (body.spec ?? {}) : {}, status: { allowed: true } },
  };
  return { kind: 'object', status: 201, body: review };
}
