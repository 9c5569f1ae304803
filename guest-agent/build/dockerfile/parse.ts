import { EngineError } from '../../errors.ts';

/** A here-document inside an instruction: `<<NAME`, `<<-NAME`, `<<'NAME'`. */
export interface Heredoc {
  readonly name: string;
  /** Includes the last line feed. With `<<-`, leading tabs are removed. */
  readonly content: string;
  /** Variables are replaced unless the name was quoted. */
  readonly expand: boolean;
}

/** One instruction of a Dockerfile, not interpreted yet. */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** `--name=value` words before the arguments. A bare `--name` has an empty value. */
  readonly flags: ReadonlyMap<string, string>;
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
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const escapeChar = escapeCharacter(lines);
  const instructions = instructionsIn(lines, escapeChar);
  if (instructions.length === 0) {
    throw new EngineError('invalid', 'the Dockerfile (Dockerfile) cannot be empty');
  }
  return { instructions, escapeChar };
}

const DIRECTIVE = /^#[ \t]*([a-z][a-z0-9]*)[ \t]*=[ \t]*(\S+)[ \t]*$/i;

/** The value of `# escape=`, which counts only among the directives in the first lines. */
function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    if (name === '') break;
    if (name.toLowerCase() === 'escape' && (value === '`' || value === '\\')) return value;
  }
  return '\\';
}

function instructionsIn(lines: readonly string[], escapeChar: string): Instruction[] {
  const found: Instruction[] = [];
  for (let taken = 0; taken < lines.length; ) {
    if (isIgnored(lines[taken] ?? '')) {
      taken++;
      continue;
    }
    const { end, ...rest } = instruction(lines, taken, escapeChar);
    found.push(rest);
    taken = end;
  }
  return found;
}

/** Parses the instruction that `ONBUILD` keeps for later: one line, without here-documents. */
export function parseTrigger(text: string, escapeChar: string): Instruction {
  const { end: _, ...trigger } = instruction([text], 0, escapeChar);
  return trigger;
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
  if (!KEYWORDS.has(keyword)) {
    throw parseError(line, `unknown instruction: ${word}`);
  }
  const { flags, text } = takeFlags(args);
  if (text === '') throw parseError(line, `${keyword} requires at least one argument`);
  const inner = keyword === 'ONBUILD' ? text.split(/\s/, 1)[0]?.toUpperCase() : keyword;
  const heredocs = WITH_HEREDOCS.has(inner ?? '') ? takeHeredocs(text, lines, end, line) : [];
  const documentLines = heredocs.reduce((sum, { lines: count }) => sum + count, 0);
  const documents = heredocs.map(({ heredoc }) => heredoc);
  return {
    keyword,
    flags,
    text,
    heredocs: documents,
    original: joined,
    line,
    end: end + documentLines,
    endLine: end + documentLines,
  };
}

/** Matches a line that the next line continues. The group is the character before the mark. */
export function continuedLine(escapeChar: string): RegExp {
  const mark = escapeChar === '\\' ? '\\\\' : escapeChar;
  return new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
}

/**
 * Joins continued lines from `start` on. Also returns the line after them, where here-documents
 * begin.
 */
function join(
  lines: readonly string[],
  start: number,
  escapeChar: string,
): { joined: string; end: number } {
  const continued = continuedLine(escapeChar);
  let joined = '';
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    // Comments don't end a continuation. For older Dockerfiles, empty lines don't either.
    if (at > start && isIgnored(line)) continue;
    if (!continued.test(line)) return { joined: (joined + line).trim(), end: at + 1 };
    joined += line.replace(continued, '$1');
  }
  return { joined: joined.trim(), end: lines.length };
}

/** Whether a line is a comment or empty. */
function isIgnored(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function takeFlags(args: string): { flags: Map<string, string>; text: string } {
  const flags = new Map<string, string>();
  let text = args;
  for (;;) {
    const [whole, name = '', value = ''] = /^--([^\s=]*)(?:=(\S*))?(?:\s+|$)/.exec(text) ?? [];
    if (whole === undefined) return { flags, text: text.trim() };
    text = text.slice(whole.length);
    if (name === '') return { flags, text: text.trim() };
    // Only `--exclude` and `--mount` may occur several times. Their values are joined with line
    // feeds.
    const before = flags.get(name);
    flags.set(name, before === undefined ? value : `${before}\n${value}`);
  }
}

const HEREDOC = /(?:^|\s)<<(-?)(["']?)([A-Za-z_][\w.-]*)\2(?=\s|$)/g;

/** Reads an instruction's here-documents, each with its number of lines. */
function takeHeredocs(text: string, lines: readonly string[], from: number, line: number) {
  let next = from;
  return [...text.matchAll(HEREDOC)].map(([, dash = '', quote = '', name = '']) => {
    const begin = next;
    const content: string[] = [];
    for (;;) {
      const raw = lines[next++];
      if (raw === undefined) throw parseError(line, 'unterminated heredoc');
      const body = dash ? raw.replace(/^\t+/, '') : raw;
      if (body === name) break;
      content.push(`${body}\n`);
    }
    const heredoc: Heredoc = { name, content: content.join(''), expand: quote === '' };
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
