import type { PullProgress } from '../../host/engine/images.ts';
import type { Output } from '../context.ts';
import { humanSize } from '../format/size.ts';

const BAR_WIDTH = 30;

/**
 * Shows a pull, push, import or load until it ends. On a terminal, each layer has one line, which
 * is redrawn. Elsewhere, each change of state is a separate line without byte counts. Rejects with
 * the errors of `progress`.
 */
export async function showProgress(
  progress: AsyncIterable<PullProgress & { readonly stream?: string | undefined }>,
  output: Output,
  options: { quiet: boolean },
): Promise<void> {
  const lines = new Map<string, number>();
  for await (const message of progress) {
    if (message.stream !== undefined && !options.quiet) output.write(message.stream);
    if (options.quiet || message.status === undefined) continue;
    if (!output.isTTY) {
      if (!message.progressDetail?.current) output.write(`${plainLine(message)}\n`);
    } else if (message.id === undefined) {
      output.write(`${message.status}\n`);
      // The next layers are a new block below this line.
      lines.clear();
    } else drawLayer(output, lines, message.id, layerLine(message, output.columns ?? 80));
  }
}

function plainLine({ id, status }: PullProgress): string {
  return id === undefined ? (status ?? '') : `${id}: ${status}`;
}

function layerLine(message: PullProgress, columns: number): string {
  const { current, total } = message.progressDetail ?? {};
  const text = plainLine(message);
  if (!current) return text.slice(0, columns - 1);
  if (!total) return `${text} ${humanSize(current)}`.slice(0, columns - 1);
  const share = Math.min(current / total, 1);
  const bar = `[${'='.repeat(Math.round(share * BAR_WIDTH))}>`.padEnd(BAR_WIDTH + 2);
  return `${text} ${bar}] ${humanSize(current)}/${humanSize(total)}`.slice(0, columns - 1);
}

/** Redraws a layer's line in its place, and moves the cursor back below the last line. */
function drawLayer(output: Output, lines: Map<string, number>, id: string, line: string): void {
  const known = lines.get(id);
  if (known === undefined) {
    lines.set(id, lines.size);
    output.write(`${line}\n`);
    return;
  }
  const up = lines.size - known;
  output.write(`\x1b[${up}A\r\x1b[2K${line}\x1b[${up}B\r`);
}
