import { EngineError } from '../../errors.ts';

/** What a client says of one output: `-o type=image,push=true`. */
export type Attributes = Readonly<Record<string, string>>;

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Reads a boolean, where an empty value means true. Throws EngineError 'invalid' in Docker's words. */
export function booleanAttribute(
  attributes: Attributes,
  name: string,
  byDefault: boolean,
): boolean {
  const value = attributes[name];
  if (value === undefined) return byDefault;
  if (value === '') return true;
  return parseBoolean(value, `non-bool value specified for ${name}`);
}

/** As Go's `strconv.ParseBool`. */
export function parseBoolean(value: string, problem: string): boolean {
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new EngineError(
    'invalid',
    `${problem}: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
  );
}

/** Reads an integer. `problem` is the beginning of the error. */
export function parseInteger(value: string, problem: string): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw new EngineError(
    'invalid',
    `${problem}: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
  );
}
