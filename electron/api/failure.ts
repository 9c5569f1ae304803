import { oc } from '@orpc/contract';
import * as z from 'zod';

/** A failure for the user interface. The error's message is for people. */
export const failureSchema = z.object({
  code: z.enum([
    'invalid',
    'not-found',
    'conflict',
    'missing-program',
    'machine-failed',
    'machine-not-running',
    'timeout',
    'cancelled',
    'connection',
    'engine',
    'internal',
  ]),
  /** What the person can do about it. */
  hint: z.string().optional(),
  /** Where the mistake is in what was asked for: `mounts.0.source`. */
  field: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/** The base of every procedure in the contract: it fails with FAILURE and nothing else. */
export const procedure = oc.errors({ FAILURE: { data: failureSchema } });
