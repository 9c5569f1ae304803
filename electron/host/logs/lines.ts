import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../../api/logs.ts';

type StreamName = LogLine['stream'];

/** Longer lines are cut, in characters. */
const LONGEST = 64 * 1024;

/**
 * Splits a log whose lines begin with the time. Both streams arrive interleaved in chunks of any
 * length, which may split characters.
 */
export class LineSplitter {
  readonly #streams: Record<StreamName, { decoder: StringDecoder; begun: string }> = {
    stdout: { decoder: new StringDecoder('utf8'), begun: '' },
    stderr: { decoder: new StringDecoder('utf8'), begun: '' },
  };

  /** The lines that end within this chunk. */
  add(name: StreamName, data: Buffer): LogLine[] {
    const stream = this.#streams[name];
    const lines = (stream.begun + stream.decoder.write(data)).split('\n');
    stream.begun = lines.pop() ?? '';
    if (stream.begun.length > LONGEST) {
      lines.push(stream.begun);
      stream.begun = '';
    }
    return lines.map((line) => lineOf(name, line));
  }

  /** The unfinished lines. */
  unfinished(): LogLine[] {
    return (['stdout', 'stderr'] as const).flatMap((name) => {
      const { begun } = this.#streams[name];
      // The time may be incomplete.
      return begun.includes(' ') ? [lineOf(name, begun)] : [];
    });
  }
}

const TIME = /^(\d{4}-\d\d-\d\dT\S+) /;

function lineOf(stream: StreamName, line: string): LogLine {
  const [prefix = '', at = ''] = TIME.exec(line) ?? [];
  const text = line.slice(prefix.length).replace(/\r+$/, '');
  // A progress bar overwrites itself; a terminal would show its last state.
  return { stream, at, text: text.slice(text.lastIndexOf('\r') + 1) };
}
