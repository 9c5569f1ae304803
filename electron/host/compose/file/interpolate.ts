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
  let result = '';
  let rest = text;
  for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
    result += rest.slice(0, at);
    rest = rest.slice(at + 1);
    if (rest.startsWith('$')) {
      result += '$';
      rest = rest.slice(1);
      continue;
    }
    const plain = NAME.exec(rest)?.[0];
    if (plain !== undefined) {
      result += lookUp(plain, variables, missing);
      rest = rest.slice(plain.length);
      continue;
    }
    const end = rest.startsWith('{') ? closingBrace(rest) : -1;
    if (end < 0) throw invalid(text);
    result += expression(rest.slice(1, end), text, variables, missing, depth);
    rest = rest.slice(end + 1);
  }
  return result + rest;
}

function expression(
  inner: string,
  text: string,
  variables: Variables,
  missing: (name: string) => void,
  depth: number,
): string {
  const name = NAME.exec(inner)?.[0];
  if (name === undefined) throw invalid(text);
  const rest = inner.slice(name.length);
  if (rest === '') return lookUp(name, variables, missing);
  const operator = OPERATOR.exec(rest)?.[0];
  if (operator === undefined) throw invalid(text);
  const value = variables(name);
  // With a colon, an empty value counts as missing.
  const isSet = operator.startsWith(':') ? Boolean(value) : value !== undefined;
  const word = () => interpolated(rest.slice(operator.length), variables, missing, depth + 1);
  switch (operator.at(-1)) {
    case '-':
      return isSet ? (value ?? '') : word();
    case '+':
      return isSet ? word() : '';
    default:
      if (isSet) return value ?? '';
      throw new InterpolationError(`required variable ${name} is missing a value: ${word()}`);
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
