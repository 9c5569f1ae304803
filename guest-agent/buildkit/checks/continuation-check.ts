import { continuedLine, type Dockerfile } from '../../build/dockerfile/parse.ts';
import type { Report } from './report.ts';

/** Warns about empty lines between the lines of an instruction. */
export function checkContinuations(
  text: string,
  { instructions, escapeChar }: Dockerfile,
  report: Report,
): void {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // A file's last line feed doesn't begin a line.
  if (lines.at(-1) === '') lines.pop();
  const continued = continuedLine(escapeChar);
  for (const { line: first } of instructions) {
    let hasEmptyLine = false;
    let line = first;
    for (let isOpen = continued.test(lines[line - 1] ?? ''); isOpen && line < lines.length; ) {
      const text = lines[line++] ?? '';
      if (text.trim() === '') hasEmptyLine = true;
      else if (!text.trimStart().startsWith('#')) isOpen = continued.test(text);
    }
    // The last line of the instruction, as BuildKit reports it.
    if (hasEmptyLine) report.warn('NoEmptyContinuation', [line, line]);
  }
}
