import { invalidTemplate } from './invalid-template.ts';

/** One token of a template action. */
export interface Token {
  readonly kind:
    | 'dot'
    | 'field'
    | 'variable'
    | 'name'
    | 'literal'
    | 'pipe'
    | 'assign'
    | 'comma'
    | 'open'
    | 'close';
  /** The name, without the `.` of a field or the `$` of a variable. */
  readonly text: string;
  /** The value of a literal. */
  readonly value?: unknown;
  /** Whether white space precedes the token: `f .A` has two operands, `$x.A` one. */
  readonly apart: boolean;
}

const PATTERN =
  /(?<space>\s+)|(?<string>"(?:[^"\\]|\\.)*")|(?<raw>`[^`]*`)|(?<number>-?\d+(?:\.\d+)?)|(?<assign>:?=)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<dot>\.)|(?<variable>\$[\p{L}\p{N}_]*)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<pipe>\|)|(?<comma>,)|(?<open>\()|(?<close>\))/uy;

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null };

/** Splits the text between `{{` and `}}` into tokens. */
export function tokenize(action: string): Token[] {
  const tokens: Token[] = [];
  let apart = true;
  let position = 0;
  while (position < action.length) {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(action);
    if (!match?.groups) {
      throw invalidTemplate(`unexpected "${action.slice(position).trim()}"`);
    }
    position = PATTERN.lastIndex;
    const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined) ?? [
      'space',
      '',
    ];
    if (kind !== 'space') tokens.push(token(kind, text, apart));
    apart = kind === 'space';
  }
  return tokens;
}

function token(kind: string, text: string, apart: boolean): Token {
  if (kind === 'string') return { kind: 'literal', text, value: JSON.parse(text), apart };
  if (kind === 'raw') return { kind: 'literal', text, value: text.slice(1, -1), apart };
  if (kind === 'number') return { kind: 'literal', text, value: Number(text), apart };
  if (kind === 'name' && text in WORDS) {
    return { kind: 'literal', text, value: WORDS[text], apart };
  }
  const bare = kind === 'field' || kind === 'variable' ? text.slice(1) : text;
  return { kind: kind as Token['kind'], text: bare, apart };
}
