import { applyPatch, type Operation, Pointer } from 'rfc6902';
import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import type { Json } from '../../schema/decode.ts';

/** RFC 6901: empty, or parts that each begin with a slash. */
const path = z.string().regex(/^(?:\/.*)?$/s);
const operationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'replace', 'test']), path, value: z.json() }),
  z.object({ op: z.literal('remove'), path }),
  z.object({ op: z.enum(['move', 'copy']), path, from: path }),
]);

/** Kubernetes' limits. A few copies of a document into itself would take all memory. */
const MAX_OPERATIONS = 10_000;
const MAX_COPIED = 3 << 20;

/** RFC 6902. Throws KubeError 'Invalid' if an operation fails. */
export function jsonPatch(target: Json, patch: Json): Json {
  const operations = z.array(operationSchema).safeParse(patch);
  if (!operations.success) {
    throw new KubeError('BadRequest', 'The patch is not a valid JSON patch', {
      cause: operations.error,
    });
  }
  const patched: Json = structuredClone(target);
  if (operations.data.length > MAX_OPERATIONS) {
    const count = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}`;
    throw new KubeError('BadRequest', `${count}, got ${operations.data.length}`);
  }
  let copied = 0;
  let failure: Error | null = null;
  for (const operation of operations.data) {
    if (operation.op === 'copy') {
      const value = Pointer.fromJSON(operation.from).get(patched);
      copied += JSON.stringify(value)?.length ?? 0;
      if (copied > MAX_COPIED) throw new KubeError('Invalid', 'the JSON patch copies too much');
    }
    [failure = null] = applyPatch(patched, [operation as Operation]);
    if (failure) break;
  }
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
