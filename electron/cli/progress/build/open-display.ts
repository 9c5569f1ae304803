import type { Output } from '../../context.ts';
import type { BuildDisplay } from './display.ts';
import { PlainDisplay } from './plain.ts';
import { RawJsonDisplay } from './raw-json.ts';
import { TerminalDisplay } from './terminal.ts';
import { warningList } from './warnings.ts';

export type ProgressKind = 'auto' | 'plain' | 'tty' | 'quiet' | 'rawjson';

/** The name under which clients know Berth's builder: that of the Docker context. */
const BUILDER = 'berth';

/** Shows a build in the chosen way. Without a choice, a terminal is redrawn. */
export function openDisplay(kind: ProgressKind, output: Output): BuildDisplay {
  if (kind === 'quiet') return { add: () => {}, end: () => {} };
  if (kind === 'rawjson') return new RawJsonDisplay(output);
  const isTerminal = kind === 'tty' || (kind === 'auto' && output.isTTY === true);
  const display = isTerminal
    ? new TerminalDisplay(output, BUILDER)
    : new PlainDisplay(output, BUILDER);
  return {
    add: (status) => display.add(status),
    end: () => {
      display.end();
      output.write(warningList(display.trace.warnings));
    },
  };
}
