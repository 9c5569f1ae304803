import { applyPatch, type Operation } from 'rfc6902';
import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import type { Json } from '../../schema/decode.ts';

const path = z.string();
const operationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'replace', 'test']), path, value: z.json() }),
  z.object({ op: z.literal('remove'), path }),
  z.object({ op: z.enum(['move', 'copy']), path, from: z.string() }),
]);

/** RFC 6902. Throws KubeError 'Invalid' if an operation fails. */
export function jsonPatch(target: Json, patch: Json): Json {
  const operations = z.array(operationSchema).safeParse(patch);
  if (!operations.success) {
    throw new KubeError('BadRequest', 'The patch is not a valid JSON patch', {
      cause: operations.error,
    });
  }
  const patched: Json = structuredClone(target);
  const failure = applyPatch(patched, operations.data as Operation[]).find(
    (error) => error !== null,
  );
  if (failure) {
    throw new KubeError(
      'Invalid',
      'the server rejected our request due to an error in our request',
      {
        cause: failure,
      },
    );
  }
  return patched;
}
