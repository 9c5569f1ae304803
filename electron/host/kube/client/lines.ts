import type { Readable } from 'node:stream';

/** The complete lines of a stream, without their ends. Throws the stream's error. */
export async function* linesOf(
  stream: Readable,
  { unfinished = false }: { readonly unfinished?: boolean } = {},
): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (unfinished && rest !== '') yield rest;
}
