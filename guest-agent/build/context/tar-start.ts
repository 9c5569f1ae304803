import { BLOCK, isEndMark, parseHeader } from '../../store/layers/tar-header.ts';
import { peek } from './peek.ts';

/** Whether bytes begin with the header of a tar's first member; `bytes` are all of them. */
export async function startsAsTar(
  source: AsyncIterable<Uint8Array>,
): Promise<{ isTar: boolean; bytes: AsyncGenerator<Uint8Array> }> {
  const { start, bytes } = await peek(source, BLOCK);
  return { isTar: isHeader(start), bytes };
}

function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK || isEndMark(block)) return false;
  try {
    parseHeader(block);
    return true;
  } catch {
    return false;
  }
}
