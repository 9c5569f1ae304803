import { EngineError } from '../../errors.ts';
import { inTurns } from '../../runtime/in-turns.ts';
import { jsonList } from './arguments.ts';
import { directives } from './directives.ts';
import { takeFlags } from './flags.ts';
import { type Heredoc, heredocStarts } from './heredoc.ts';
import { keywordSuggestion } from './suggestion.ts';

/** One instruction of a Dockerfile, not interpreted yet. */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** `--name=value` words before the arguments. A bare `--name` has an empty value. */
  readonly flags: ReadonlyMap<string, string>;
  /** The same as written: `--name=value`. */
  readonly flagWords: readonly string[];
  /** The arguments on one line: continued lines are joined, comments between them removed. */
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
  /** The whole instruction on one line, for progress output. */
  readonly original: string;
  /** The numbers of its first and last line, from 1. */
  readonly line: number;
  readonly endLine: number;
}

export interface Dockerfile {
  readonly instructions: readonly Instruction[];
  /** The character that continues a line and escapes the next one: `\` or a backtick. */
  readonly escapeChar: string;
}

const KEYWORDS = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL'],
  ...['MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);
const WITH_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);

/** Splits a Dockerfile into its instructions. Throws EngineError 'invalid' in Docker's words. */
export function parseDockerfile(text: string): Dockerfile {
  const begun = begin(text);
  const dockerfile = complete(begun, [...instructionsIn(begun)]);
  for (const instruction of dockerfile.instructions) checkKeyword(instruction);
  return dockerfile;
}

/** Throws EngineError 'invalid' for an instruction that doesn't exist. */
export function checkKeyword({ keyword, original, line, endLine }: Instruction): void {
  if (KEYWORDS.has(keyword)) return;
  const word = original.split(/\s/, 1)[0] ?? '';
  const message = `unknown instruction: ${word}${keywordSuggestion(word, KEYWORDS)}`;
  throw parseError(line, message, endLine);
}

/** The same, but keeps instructions that don't exist, and lets the engine do other work meanwhile. */
export async function readDockerfile(text: string): Promise<Dockerfile> {
  const begun = begin(text);
  const instructions: Instruction[] = [];
  await inTurns(instructionsIn(begun), (each) => instructions.push(each));
  return complete(begun, instructions);
}

interface Begun {
  readonly lines: readonly string[];
  readonly escapeChar: string;
}

function begin(text: string): Begun {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  return { lines, escapeChar: escapeCharacter(text) };
}

function complete({ lines, escapeChar }: Begun, instructions: readonly Instruction[]): Dockerfile {
  if (instructions.length === 0) {
    const last = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    throw new DockerfileError('file with no instructions', last);
  }
  return { instructions, escapeChar };
}

/** The value of `# escape=`, which counts only among the directives in the first lines. */
function escapeCharacter(text: string): string {
  let escapeChar = '\\';
  const seen = new Set<string>();
  for (const { name, value, line } of directives(text)) {
    // As in BuildKit, these errors point to the line before.
    if (seen.has(name)) {
      throw new DockerfileError(`only one ${name} parser directive can be used`, line - 1);
    }
    seen.add(name);
    if (name !== 'escape') continue;
    if (value !== '`' && value !== '\\') {
      const message = `invalid escape token '${value}' does not match \` or \\`;
      throw new DockerfileError(message, line - 1);
    }
    escapeChar = value;
  }
  return escapeChar;
}

function* instructionsIn({ lines, escapeChar }: Begun): Generator<Instruction, void, undefined> {
  for (let taken = 0; taken < lines.length; ) {
    if (isIgnored(lines[taken] ?? '')) {
      taken++;
      continue;
    }
    const { end, ...rest } = instruction(lines, taken, escapeChar);
    yield rest;
    taken = end;
  }
}

/** Parses the instruction that `ONBUILD` keeps for later. */
export function parseTrigger(text: string, escapeChar: string): Instruction {
  const { end: _, ...trigger } = instruction(text.split('\n'), 0, escapeChar);
  checkKeyword(trigger);
  return trigger;
}

/** What `ONBUILD` keeps for later: an instruction on one line, and its here-documents. */
export function triggerText({ text, heredocs }: Instruction): string {
  return [text, ...heredocs.map(({ content, name }) => content + name)].join('\n');
}

/** Parses the instruction that begins at a line. Also returns the line after it. */
function instruction(
  lines: readonly string[],
  start: number,
  escapeChar: string,
): Instruction & { end: number } {
  const line = start + 1;
  const { joined, end } = join(lines, start, escapeChar);
  const [, word = '', args = ''] = /^(\S+)\s*(.*)$/s.exec(joined) ?? [];
  const keyword = word.toUpperCase();
  const { words: flagWords, flags, text } = takeFlags(args, escapeChar);
  const inner = keyword === 'ONBUILD' ? text.split(/\s/, 1)[0]?.toUpperCase() : keyword;
  const canHaveHeredocs = WITH_HEREDOCS.has(inner ?? '') && jsonList(text) === undefined;
  const heredocs = canHaveHeredocs ? takeHeredocs(joined, lines, end, line) : [];
  const documentLines = heredocs.reduce((sum, { lines: count }) => sum + count, 0);
  const documents = heredocs.map(({ heredoc }) => heredoc);
  return {
    ...{ keyword, flags, flagWords, text, heredocs: documents, original: joined, line },
    end: end + documentLines,
    endLine: end + documentLines,
  };
}

/** Matches a line that the next line continues. The group is the character before the mark. */
export function continuedLine(escapeChar: string): RegExp {
  const mark = escapeChar === '\\' ? '\\\\' : escapeChar;
  return new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
}

const CONTINUED = continuedLine('\\');

/**
 * Joins continued lines from `start` on. Also returns the line after them, where here-documents
 * begin.
 */
function join(
  lines: readonly string[],
  start: number,
  escapeChar: string,
): { joined: string; end: number } {
  const continued = escapeChar === '\\' ? CONTINUED : continuedLine(escapeChar);
  let joined = '';
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    // Comments don't end a continuation. For older Dockerfiles, empty lines don't either.
    if (at > start && isIgnored(line)) continue;
    if (!line.includes(escapeChar) || !continued.test(line))
      return { joined: (joined + line).trim(), end: at + 1 };
    joined += line.replace(continued, '$1');
  }
  return { joined: joined.trim(), end: lines.length };
}

/** Whether a line is a comment or empty. */
function isIgnored(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** Reads an instruction's here-documents, each with its number of lines. */
function takeHeredocs(joined: string, lines: readonly string[], from: number, line: number) {
  let next = from;
  return heredocStarts(joined).map((start) => {
    const begin = next;
    const content: string[] = [];
    for (;;) {
      const raw = lines[next++];
      // The last line feed of the file begins no line.
      if (raw === undefined || (raw === '' && next === lines.length)) {
        throw new DockerfileError('unterminated heredoc', line, next - 1);
      }
      if ((start.chomp ? raw.replace(/^\t+/, '') : raw) === start.name) break;
      content.push(`${raw}\n`);
    }
    const heredoc: Heredoc = { ...start, content: content.join('') };
    return { heredoc, lines: next - begin };
  });
}

/** A mistake in a Dockerfile, which clients show with its lines. */
export class DockerfileError extends EngineError {
  /** The numbers of its first and last line. 0 means no place in the Dockerfile. */
  readonly line: number;
  readonly endLine: number;

  constructor(message: string, line: number, endLine: number = line) {
    super('invalid', message);
    this.name = 'DockerfileError';
    this.line = line;
    this.endLine = endLine;
  }
}

/** An instruction that isn't valid. */
export function parseError(line: number, message: string, endLine: number = line): DockerfileError {
  return new DockerfileError(`dockerfile parse error on line ${line}: ${message}`, line, endLine);
}
