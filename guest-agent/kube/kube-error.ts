/** The reasons that Berth's Kubernetes API gives for a refusal, as in `metav1.StatusReason`. */
export type KubeErrorReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Expired'
  | 'Invalid'
  | 'UnsupportedMediaType'
  | 'TooManyRequests'
  | 'InternalError';

/** One mistake of an object, such as "Required value" at `spec.containers[0].image`. */
export interface KubeErrorCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A refusal of the Kubernetes API. `api/status.ts` turns it into a `Status` object. */
export class KubeError extends Error {
  readonly reason: KubeErrorReason;
  readonly causes: readonly KubeErrorCause[];
  /** The name of the object, if only its body has one. */
  readonly objectName: string | undefined;

  constructor(
    reason: KubeErrorReason,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly causes?: readonly KubeErrorCause[];
      readonly objectName?: string;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'KubeError';
    this.reason = reason;
    this.causes = options.causes ?? [];
    this.objectName = options.objectName;
  }
}

/** The refusal of a path that the API doesn't have. */
export const unknownPath = () =>
  new KubeError('NotFound', 'the server could not find the requested resource');
