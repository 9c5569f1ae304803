import { ByteReader } from './byte-reader.ts';
import { BLOCK, isEndMark, padded } from './header.ts';
import type { TarMember } from './member.ts';
import { MemberParser } from './member-parser.ts';

/** A member of a tar that is being read. */
export interface TarEntry {
  readonly member: TarMember;
  /** Read this before the next entry. Unread content is skipped. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The members of a POSIX or GNU tar, as they arrive. Names stay bytes. Reads up to the end mark.
 * Throws EngineError 'invalid' if the input isn't a tar, is truncated, or exceeds the limits.
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
    // When Docker's client adds a Dockerfile to a build context, it omits the last member's padding
    // and the end mark.
    await input.skip(padded(member.size) - member.size);
  }
}
