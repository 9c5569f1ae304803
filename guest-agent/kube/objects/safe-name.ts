import { randomInt } from 'node:crypto';

/** Without vowels and digits that look like them, so that no name becomes a word. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_NAME = 63;

/** `PREFIX` and five random characters, as names of pods end. */
export function randomName(prefix: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${prefix.slice(0, LONGEST_NAME - SUFFIX_LENGTH)}${suffix.join('')}`;
}

/** A short hash of a text, in the alphabet of Kubernetes' names. FNV-1a, as Kubernetes has it. */
export function safeHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}
