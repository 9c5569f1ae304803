import { StringDecoder } from 'node:string_decoder';
import { HostError } from '../../base/errors.ts';

/**
 * Parses JSON documents, one per line, as they arrive (pull progress, events). Skips empty lines.
 */
export async function* readJsonLines(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<unknown, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parseLine(line);
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield parseLine(rest);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new HostError('engine', `the engine sent a line that isn't valid JSON: ${line}`, {
      cause,
    });
  }
}
