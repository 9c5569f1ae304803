import type { Encode } from '../../engine/containers/streams/streams.ts';
import type { LogLine } from '../../runtime/logs/log-file.ts';

/**
 * A container's log as clients get it. `details` stands before each line. Lines that come together
 * are sent together: a chunk of HTTP for each would cost more than the lines themselves.
 */
export async function* encodeLog(
  log: AsyncIterable<readonly LogLine[]>,
  options: {
    encode: Encode;
    wanted: { stdout: boolean; stderr: boolean };
    timestamps: boolean;
    details: string;
  },
): AsyncGenerator<Uint8Array | string> {
  yield '';
  const continued = { stdout: false, stderr: false };
  for await (const lines of log) {
    const pieces: Buffer[] = [];
    for (const { stream, time, data, partial } of lines) {
      if (!options.wanted[stream]) continue;
      const start = continued[stream]
        ? ''
        : `${options.timestamps ? `${time} ` : ''}${options.details}`;
      continued[stream] = partial;
      const text = start === '' ? data : Buffer.concat([Buffer.from(start), data]);
      pieces.push(options.encode(stream, text));
    }
    if (pieces.length > 0) yield Buffer.concat(pieces);
  }
}

/** What a log tells of its lines, as Docker writes it before each: `a=1,b=2 `. */
export function encodeLogDetails(attributes: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${pairs.map((pair) => pair.map(queryEscape).join('=')).join(',')} `;
}

/** As Go escapes what goes into a query. */
function queryEscape(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, hex)
    .replaceAll('%20', '+');
}
