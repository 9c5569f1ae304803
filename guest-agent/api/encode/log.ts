import type { Encode } from '../../engine/containers/streams/streams.ts';
import type { LogLine } from '../../runtime/logs/log-file.ts';

/**
 * Encodes a container's log for clients. `details` goes before each line. Lines that arrive
 * together are sent in one chunk: an HTTP chunk for each line would cost more than the line.
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

/** Encodes log attributes as Docker writes them before each line: `a=1,b=2 `. */
export function encodeLogDetails(attributes: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${pairs.map((pair) => pair.map(queryEscape).join('=')).join(',')} `;
}

/** Escapes text for a query as Go does. */
function queryEscape(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, hex)
    .replaceAll('%20', '+');
}
