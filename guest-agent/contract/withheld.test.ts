import { expect, test } from 'vitest';
import { containsWithheld, isWithheld } from './withheld.ts';

const withheld = ['.ssh', '.config/gcloud'];

test.each([
  '.ssh',
  '.ssh/id_ed25519',
  '.SSH/id',
  '.ſſh',
  '.s\u200csh',
  '.config/gcloud/x',
  '.conﬁg/gcloud',
])('%s is withheld', (path) => {
  expect(isWithheld(withheld, path)).toBe(true);
});

test.each(['', '.sshd', 'work/.ssh', '.config', '.config/gcloud2'])(
  '%s is not withheld',
  (path) => {
    expect(isWithheld(withheld, path)).toBe(false);
  },
);

test.each([
  ['', true],
  ['.config', true],
  ['.CONFIG', true],
  ['.con', false],
  ['work', false],
])('"%s" contains something withheld: %s', (path, expected) => {
  expect(containsWithheld(withheld, path)).toBe(expected);
  expect(containsWithheld([], path)).toBe(false);
});
