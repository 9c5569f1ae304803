import { EngineError } from '../../errors.ts';
import { goBoolean } from '../../grammar/go-boolean.ts';

/** What a client says of one output: `-o type=image,push=true`. */
export type Attributes = Readonly<Record<string, string>>;

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

/** Reads a boolean. `problem` is the beginning of the error. */
export function parseBoolean(value: string, problem: string): boolean {
  const read = goBoolean(value);
  if (read !== undefined) return read;
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
