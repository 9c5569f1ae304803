import { peek } from '../../engine/archive/peek.ts';
import { EngineError } from '../../errors.ts';
import { BLOCK, isEndMark, parseHeader } from '../../store/tar/header.ts';

/** Whether `bytes`, the whole content, begins with the header of a tar's first member. */
export async function startsAsTar(
  source: AsyncIterable<Uint8Array>,
): Promise<{ isTar: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const { start, whole } = await peek(source, BLOCK);
  return { isTar: isHeader(start.subarray(0, BLOCK)), bytes: whole };
}

function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK || isEndMark(block)) return false;
  try {
    parseHeader(block);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
