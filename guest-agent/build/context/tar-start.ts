import { peek } from '../../engine/archive/peek.ts';
import { BLOCK, isHeader } from '../../store/tar/header.ts';

/** Whether bytes begin with the header of a tar's first member; `bytes` are all of them. */
export async function startsAsTar(
  source: AsyncIterable<Uint8Array>,
): Promise<{ isTar: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const { start, whole } = await peek(source, BLOCK);
  return { isTar: isHeader(start.subarray(0, BLOCK)), bytes: whole };
}
