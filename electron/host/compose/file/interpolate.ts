/** The values of variables; undefined for a variable that isn't set. */
export type Variables = (name: string) => string | undefined;

/** A value of a Compose file can't be interpolated. The message uses Docker's wording. */
export class InterpolationError extends Error {
  override name = 'InterpolationError';
}

const NAME = /^[_a-zA-Z][_a-zA-Z0-9]*/;
const OPERATOR = /^:?[-?+]/;

/**
 * Replaces `$NAME`, `${NAME}` and the forms with a default (`:-`, `-`), a replacement (`:+`, `+`)
 * or an error (`:?`, `?`); `$$` becomes `$`. `missing` receives the names of variables without a
 * value or default, which become empty. (Compose specification, "Interpolation".)
 */
export function interpolate(
  text: string,
  variables: Variables,
  missing: (name: string) => void = () => {},
): string {
  return interpolated(text, variables, missing, 0);
}

/** For nested defaults. */
const MAX_DEPTH = 100;

function interpolated(
  text: string,
  variables: Variables,
  missing: (name: string) => void,
  depth: number,
): string {
  if (depth > MAX_DEPTH) throw new InterpolationError('variables are nested too deeply');
  return partsOf(text)
    .map((part) => (typeof part === 'string' ? part : evaluated(part, variables, missing, depth)))
    .join('');
}

/** A variable in a text, with what follows its name. */
interface Expression {
  readonly name: string;
  /** Empty for `$NAME` and `${NAME}`. */
  readonly operator: string;
  readonly word: string;
}

/** The texts and variables that a template consists of. Throws InterpolationError. */
function partsOf(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let rest = text;
  for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
    if (rest.startsWith('$')) {
      parts.push('$');
      rest = rest.slice(1);
      continue;
    }
    const name = NAME.exec(rest)?.[0];
    if (name !== undefined) {
      parts.push({ name, operator: '', word: '' });
      rest = rest.slice(name.length);
      continue;
    }
    const end = rest.startsWith('{') ? closingBrace(rest) : -1;
    if (end < 0) throw invalid(text);
    parts.push(expression(rest.slice(1, end), text));
    rest = rest.slice(end + 1);
  }
  return [...parts, rest];
}

/** What is between the braces. */
function expression(inner: string, text: string): Expression {
  const name = NAME.exec(inner)?.[0];
  if (name === undefined) throw invalid(text);
  const rest = inner.slice(name.length);
  if (rest === '') return { name, operator: '', word: '' };
  const operator = OPERATOR.exec(rest)?.[0];
  if (operator === undefined) throw invalid(text);
  return { name, operator, word: rest.slice(operator.length) };
}

function evaluated(
  { name, operator, word }: Expression,
  variables: Variables,
  missing: (name: string) => void,
  depth: number,
): string {
  if (operator === '') return lookUp(name, variables, missing);
  const value = variables(name);
  // With a colon, an empty value counts as missing.
  const isSet = operator.startsWith(':') ? Boolean(value) : value !== undefined;
  const other = () => interpolated(word, variables, missing, depth + 1);
  switch (operator.at(-1)) {
    case '-':
      return isSet ? (value ?? '') : other();
    case '+':
      return isSet ? other() : '';
    default:
      if (isSet) return value ?? '';
      throw new InterpolationError(`required variable ${name} is missing a value: ${other()}`);
  }
}

/** A variable that a template mentions. */
export interface TemplateVariable {
  readonly name: string;
  /** Empty if there is none. */
  readonly defaultValue: string;
  /** The value instead of the variable's own, if it is set. */
  readonly presenceValue: string;
  readonly required: boolean;
}

/** The variables of a template, without those in defaults. None if the template can't be read. */
export function templateVariables(text: string): TemplateVariable[] {
  try {
    return partsOf(text).flatMap((part) => {
      if (typeof part === 'string') return [];
      const { name, word } = part;
      const kind = part.operator.at(-1);
      return {
        name,
        defaultValue: kind === '-' ? word : '',
        presenceValue: kind === '+' ? word : '',
        required: kind === '?',
      };
    });
  } catch (error) {
    if (error instanceof InterpolationError) return [];
    throw error;
  }
}

function lookUp(name: string, variables: Variables, missing: (name: string) => void): string {
  const value = variables(name);
  if (value === undefined) missing(name);
  return value ?? '';
}

/** Index of the brace that closes the one at the beginning, or -1. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.startsWith('${', index) || index === 0) depth++;
    else if (text[index] === '}') depth--;
    if (depth === 0) return index;
  }
  return -1;
}

const invalid = (text: string) =>
  new InterpolationError(
    `invalid interpolation format for "${text}". You may need to escape any $ with another $`,
  );
