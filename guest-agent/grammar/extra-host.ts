import { GrammarError } from './grammar-error.ts';
import { splitEntry } from './key-values.ts';

/**
 * Converts `NAME:ADDRESS` or `NAME=ADDRESS` to the engine's form, `NAME:ADDRESS`. IPv6 addresses
 * may have brackets.
 */
export function parseExtraHost(text: string): string {
  const [name, address = ''] = splitEntry(text, text.includes('=') ? '=' : ':');
  if (name === '' || address === '') throw new GrammarError(`bad format for add-host: "${text}"`);
  return `${name}:${address.replace(/^\[(.*)\]$/, '$1')}`;
}
