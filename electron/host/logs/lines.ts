import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../../api/logs.ts';

type StreamName = LogLine['stream'];

/** A line is cut when it gets longer than this, in characters. */
const LONGEST = 64 * 1024;

/**
 * Makes lines of the bytes of a log whose lines begin with the time. Both streams come mixed and in
 * pieces of any length; characters may be cut as well.
 */
export class LineSplitter {
  readonly #streams: Record<StreamName, { decoder: StringDecoder; begun: string }> = {
    stdout: { decoder: new StringDecoder('utf8'), begun: '' },
    stderr: { decoder: new StringDecoder('utf8'), begun: '' },
  };

  /** The lines that end within this piece. */
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

  /** What was begun and has not ended. */
  unfinished(): LogLine[] {
    return (['stdout', 'stderr'] as const).flatMap((name) => {
      const { begun } = this.#streams[name];
      // The time may still be incomplete.
      return begun.includes(' ') ? [lineOf(name, begun)] : [];
    });
  }
}

const TIME = /^(\d{4}-\d\d-\d\dT\S+) /;

function lineOf(stream: StreamName, line: string): LogLine {
  const [prefix = '', at = ''] = TIME.exec(line) ?? [];
  const text = line.slice(prefix.length).replace(/\r+$/, '');
  // A progress bar writes over itself: its last state is what a terminal would show.
  return { stream, at, text: text.slice(text.lastIndexOf('\r') + 1) };
}
