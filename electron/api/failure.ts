import { oc } from '@orpc/contract';
import * as z from 'zod';

/** What a screen can be told went wrong; the error's message says it in words. */
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
});
export type Failure = z.infer<typeof failureSchema>;

/** What every procedure of the contract starts from: it fails with FAILURE and nothing else. */
export const procedure = oc.errors({ FAILURE: { data: failureSchema } });
