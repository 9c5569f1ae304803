import { ByteReader } from './byte-reader.ts';
import { BLOCK, isEndMark, padded } from './header.ts';
import type { TarMember } from './member.ts';
import { MemberParser } from './member-parser.ts';

/** A member of a tar that is being read. */
export interface TarEntry {
  readonly member: TarMember;
  /** To be read before the next entry is asked for; what isn't is passed over. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The members of a POSIX or GNU tar, as they come. Names stay bytes. Reads up to the end mark.
 * Throws EngineError 'invalid' for what isn't a tar, a cut one, or one beyond the limits.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  await using input = new ByteReader(source);
  const parser = new MemberParser();
  for (;;) {
    const block = await input.take(BLOCK);
    if (block === undefined || isEndMark(block)) return;
    const step = parser.header(block);
    if (step.kind === 'extension') {
      parser.extension((await input.whole(padded(step.size))).subarray(0, step.size));
      continue;
    }
    const { member } = step;
    const content = input.stream(member.size);
    yield { member, content };
    for await (const _ of content);
    // Docker's client leaves out the last member's padding, and the end mark, where it adds a
    // Dockerfile to a build context.
    await input.skip(padded(member.size) - member.size);
  }
}
