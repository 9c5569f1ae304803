import { parseFields } from '../../../guest-agent/grammar/csv-fields.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../base/errors.ts';
import type { Typed } from './solve.ts';

/** Reads `--cache-from` and `--cache-to`: an image, or `type=TYPE,…`. Throws HostError 'invalid'. */
export function parseCache(text: string): Typed {
  const fields = parseFields(text);
  if (fields.length === 1 && !text.includes('=')) return { Type: 'registry', Attrs: { ref: text } };
  const entries = fields.map((field) => {
    const [name, value] = splitEntry(field);
    if (value === undefined) throw new HostError('invalid', `invalid value ${field}`);
    return [name.toLowerCase(), value];
  });
  const { type, ...Attrs } = Object.fromEntries(entries) as Record<string, string>;
  if (!type) throw new HostError('invalid', `type required form> "${text}"`);
  return { Type: type, Attrs };
}
