import { peek } from '../../engine/archive/peek.ts';
import { BLOCK, isHeader } from '../../store/tar/header.ts';

/** Whether `bytes`, the whole content, begins with the header of a tar's first member. */
export async function startsAsTar(
  source: AsyncIterable<Uint8Array>,
): Promise<{ isTar: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const { start, whole } = await peek(source, BLOCK);
  return { isTar: isHeader(start.subarray(0, BLOCK)), bytes: whole };
}
