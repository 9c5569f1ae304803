import { quotedWords } from '../../build/dockerfile/arguments.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import type { CommentsOf } from './comments.ts';
import { linesOf, type Report } from './report.ts';

/** The rules about how a single instruction is written. */
export function checkWriting(
  instruction: Instruction,
  escapeChar: string,
  commentsOf: CommentsOf,
  report: Report,
): void {
  const lines = linesOf(instruction);
  switch (instruction.keyword) {
    case 'MAINTAINER':
      report.warn('MaintainerDeprecated', lines);
      return;
    case 'FROM': {
      const [, as, name] = instruction.text.split(/\s+/);
      if (as === undefined || name === undefined) return;
      if (name !== name.toLowerCase()) report.warn('StageNameCasing', lines, name);
      const from = keywordAsWritten(instruction);
      if (isMixed(from, as)) report.warn('FromAsCasing', lines, from, as);
      checkDescription('FROM', [name.toLowerCase()], commentsOf(instruction), report, lines);
      return;
    }
    case 'ARG': {
      const names = quotedWords(instruction.text, escapeChar).map((word) => word.split('=', 1)[0]);
      checkDescription('ARG', names, commentsOf(instruction), report, lines);
    }
  }
}

/** `from` or `FROM`. */
export function keywordAsWritten({ original, keyword }: Instruction): string {
  return original.split(/\s/, 1)[0] || keyword;
}

/** Whether `AS` has another case than `FROM`. Another rule is about a `From`. */
function isMixed(from: string, as: string): boolean {
  if (from === from.toLowerCase()) return as !== as.toLowerCase();
  return from === from.toUpperCase() && as !== as.toUpperCase();
}

function checkDescription(
  keyword: string,
  names: readonly (string | undefined)[],
  comments: readonly string[],
  report: Report,
  lines: readonly [number, number],
): void {
  const [first = ''] = comments.at(-1)?.split(' ', 1) ?? [];
  const [name = ''] = names;
  if (first === '' || name === '' || names.includes(first)) return;
  report.warn(
    'InvalidDefinitionDescription',
    lines,
    keyword,
    names.length > 1 ? '<arg_key>' : name,
  );
}
