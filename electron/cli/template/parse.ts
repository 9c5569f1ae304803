import { invalidTemplate } from './invalid-template.ts';
import { type Token, tokenize } from './tokenize.ts';

/** A value in a template: a literal, `.A.B`, `$x.A`, a function call or `( pipeline )`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string }
  | {
      readonly kind: 'call';
      /** A function's name, or a field that holds a function. */
      readonly target: string | Expression;
      readonly arguments: readonly Expression[];
    };

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly value: Expression }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly value: Expression;
      /** Variables set in the body: of `range`, the key (if two) and the element. */
      readonly variables: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

const CONTROL = new Set(['if', 'with', 'range']);

/** Parses the subset of Go's text/template that people use with `--format`. */
export function parseTemplate(source: string): readonly Node[] {
  const actions = splitActions(source);
  let position = 0;

  /** Reads nodes up to `end` or `else`. Returns this token and the tokens after `else`. */
  function block(nested: boolean): { nodes: Node[]; closedBy: readonly Token[] } {
    const nodes: Node[] = [];
    for (;;) {
      const part = actions[position++];
      if (part === undefined) {
        if (nested) throw invalidTemplate('missing {{end}}');
        return { nodes, closedBy: [] };
      }
      if (typeof part === 'string') {
        if (part !== '') nodes.push({ kind: 'text', text: part });
        continue;
      }
      const word = part[0]?.kind === 'name' ? part[0].text : '';
      if (word === 'end' || word === 'else') {
        if (!nested) throw invalidTemplate(`unexpected {{${word}}}`);
        return { nodes, closedBy: part };
      }
      if (CONTROL.has(word)) nodes.push(control(word as 'if' | 'with' | 'range', part.slice(1)));
      else nodes.push(statement(part));
    }
  }

  function control(kind: 'if' | 'with' | 'range', tokens: readonly Token[]): Node {
    const { variables, rest } = declared(tokens);
    const value = pipeline(rest);
    const { nodes: body, closedBy } = block(true);
    let otherwise: readonly Node[] = [];
    if (closedBy[0]?.text === 'else') {
      // `else if` is a separate `if` that shares the `end`.
      const chained = closedBy[1]?.kind === 'name' && CONTROL.has(closedBy[1].text);
      otherwise = chained
        ? [control(closedBy[1]?.text as 'if' | 'with', closedBy.slice(2))]
        : block(true).nodes;
    }
    return { kind, value, variables, body, otherwise };
  }

  return block(false).nodes;
}

function statement(tokens: readonly Token[]): Node {
  const { variables, rest } = declared(tokens);
  const [name] = variables;
  if (name === undefined) return { kind: 'output', value: pipeline(rest) };
  return { kind: 'assign', name, value: pipeline(rest) };
}

/** `$a, $b := ` at the beginning of an action. */
function declared(tokens: readonly Token[]): { variables: string[]; rest: readonly Token[] } {
  const assignment = tokens.findIndex((token) => token.kind === 'assign');
  if (assignment < 0) return { variables: [], rest: tokens };
  const variables = tokens
    .slice(0, assignment)
    .filter((token) => token.kind === 'variable')
    .map((token) => token.text);
  return { variables, rest: tokens.slice(assignment + 1) };
}

/** `a | b c`: each command's value becomes the last argument of the next. */
function pipeline(tokens: readonly Token[]): Expression {
  let value: Expression | undefined;
  for (const command of splitAt(tokens, 'pipe')) {
    const [head, ...rest] = operands(command);
    if (head === undefined) throw invalidTemplate('a value is missing');
    const passed = value === undefined ? rest : [...rest, value];
    if (head.kind === 'call' && head.arguments.length === 0) {
      value = { ...head, arguments: passed };
    } else if (passed.length > 0) value = { kind: 'call', target: head, arguments: passed };
    else value = head;
  }
  if (value === undefined) throw invalidTemplate('a value is missing');
  return value;
}

function operands(tokens: readonly Token[]): Expression[] {
  const found: Expression[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (token.kind === 'field' && !token.apart && found.length > 0) {
      found.push({ kind: 'field', of: found.pop() as Expression, name: token.text });
    } else if (token.kind === 'open') {
      const close = matching(tokens, index);
      found.push(pipeline(tokens.slice(index + 1, close)));
      index = close;
    } else found.push(operand(token));
  }
  return found;
}

function operand(token: Token): Expression {
  switch (token.kind) {
    case 'dot':
      return { kind: 'dot' };
    case 'field':
      return { kind: 'field', of: { kind: 'dot' }, name: token.text };
    case 'variable':
      return { kind: 'variable', name: token.text };
    case 'literal':
      return { kind: 'literal', value: token.value };
    case 'name':
      return { kind: 'call', target: token.text, arguments: [] };
    default:
      throw invalidTemplate(`unexpected "${token.text}"`);
  }
}

function matching(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]?.kind === 'open') depth++;
    if (tokens[index]?.kind === 'close' && --depth === 0) return index;
  }
  throw invalidTemplate('missing ")"');
}

function splitAt(tokens: readonly Token[], kind: Token['kind']): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'open') depth++;
    if (token.kind === 'close') depth--;
    if (token.kind === kind && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Alternating text and actions. `{{-` and `-}}` trim the white space next to them. */
function splitActions(source: string): (string | readonly Token[])[] {
  const parts: (string | readonly Token[])[] = [];
  let text = '';
  let rest = source;
  let trim = false;
  for (;;) {
    const start = rest.indexOf('{{');
    text = start < 0 ? rest : rest.slice(0, start);
    if (trim) text = text.trimStart();
    if (start < 0) return [...parts, text];
    const end = rest.indexOf('}}', start);
    if (end < 0) throw invalidTemplate('missing "}}"');
    let action = rest.slice(start + 2, end);
    rest = rest.slice(end + 2);
    if (/^-\s/.test(action)) {
      text = text.trimEnd();
      action = action.slice(1);
    }
    trim = /\s-$/.test(action);
    if (trim) action = action.slice(0, -1);
    parts.push(text);
    if (!/^\s*\/\*.*\*\/\s*$/s.test(action)) parts.push(tokenize(action));
  }
}
