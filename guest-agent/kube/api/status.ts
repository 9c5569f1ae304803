import type { Status } from 'kubernetes-types/meta/v1.js';
import { KubeError, type KubeErrorReason } from '../kube-error.ts';

/** The HTTP status of each reason. */
export const httpStatus: Readonly<Record<KubeErrorReason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Invalid: 422,
  UnsupportedMediaType: 415,
  TooManyRequests: 429,
  InternalError: 500,
};

/** What a request was about, for the details of its error. */
export interface StatusSubject {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly name?: string;
}

/** The answer to a request that failed, in the form of `metav1.Status`. */
export function errorStatus(error: unknown, subject?: StatusSubject): Status & { code: number } {
  const known = error instanceof KubeError ? error : new KubeError('InternalError', textOf(error));
  const { reason, message, causes, objectName } = known;
  const name = subject?.name ?? objectName;
  const isInvalid = reason === 'Invalid';
  const details = {
    ...(name === undefined ? {} : { name }),
    ...(subject?.group ? { group: subject.group } : {}),
    ...(subject ? { kind: isInvalid ? subject.kind : subject.plural } : {}),
    ...(causes.length === 0 ? {} : { causes: [...causes] }),
  };
  return {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
    ...{ message: isInvalid && subject ? invalid(message, subject, name) : message, reason },
    ...(Object.keys(details).length === 0 ? {} : { details }),
    code: httpStatus[reason],
  };
}

function invalid(message: string, { group, kind }: StatusSubject, name: string | undefined) {
  const what = group === '' ? kind : `${kind}.${group}`;
  return `${what} ${JSON.stringify(name ?? '')} is invalid: ${message}`;
}

function textOf(error: unknown): string {
  return `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
}
