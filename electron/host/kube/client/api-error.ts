import * as z from 'zod';
import { HostError } from '../../base/errors.ts';

/** `metav1.Status`. */
export const statusSchema = z.looseObject({
  kind: z.literal('Status').optional(),
  status: z.string().optional(),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z
    .looseObject({
      name: z.string().optional(),
      kind: z.string().optional(),
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.looseObject({
            field: z.string().default(''),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** In an answer, only the kind tells a Status from other objects. */
const refusalSchema = statusSchema.required({ kind: true });

/** A refusal, in the form of `metav1.Status`. */
export type KubeStatus = z.output<typeof statusSchema>;

/** One mistake, such as "Required value" at `spec.containers[0].image`. */
export interface KubeCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** An answer of a Kubernetes API that isn't a success. `reason` is the API's own, such as `Conflict`. */
export class KubeApiError extends HostError {
  readonly reason: string;
  readonly causes: readonly KubeCause[];

  constructor(
    status: number,
    message: string,
    options: {
      readonly reason?: string;
      readonly causes?: readonly KubeCause[];
      readonly hint?: string;
      readonly appHint?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    const { hint, appHint, cause } = options;
    super('engine', message, {
      ...{ status, cause },
      ...(hint !== undefined && { hint }),
      ...(appHint !== undefined && { appHint }),
    });
    this.name = 'KubeApiError';
    this.reason = options.reason ?? '';
    this.causes = options.causes ?? [];
  }
}

/** The `Status` in an answer; undefined for any other document. */
export function readStatus(value: unknown): KubeStatus | undefined {
  const parsed = refusalSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;
export const isGone = (error: unknown): boolean => statusOf(error) === 410;
export const isConflict = (error: unknown): boolean => statusOf(error) === 409;

function statusOf(error: unknown): number | undefined {
  return error instanceof KubeApiError ? error.status : undefined;
}

/** For `.catch`: an object that doesn't exist becomes undefined; any other error is rethrown. */
export function unlessNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
