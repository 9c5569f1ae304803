import { GrammarError } from './grammar-error.ts';
import { splitEntry } from './key-values.ts';

/** The engine's form, `NAME:ADDRESS`, of `NAME:ADDRESS` or `NAME=ADDRESS`; IPv6 with brackets or without. */
export function parseExtraHost(text: string): string {
  const [name, address = ''] = splitEntry(text, text.includes('=') ? '=' : ':');
  if (name === '' || address === '') throw new GrammarError(`bad format for add-host: "${text}"`);
  return `${name}:${address.replace(/^\[(.*)\]$/, '$1')}`;
}
