import { expect, test } from 'vitest';
import { redacted } from './redacted.ts';

test.each([
  ['https://h/a.git', 'https://h/a.git'],
  ['https://token@h/a.git', 'https://xxxxx@h/a.git'],
  ['https://me:secret@h/a.git', 'https://xxxxx:xxxxx@h/a.git'],
  ['https://:secret@h/a.git', 'https://:xxxxx@h/a.git'],
  ['https://me:se@cr@et@h/a.git?x=a@b', 'https://xxxxx:xxxxx@h/a.git?x=a@b'],
  ['ssh://git@h/a.git', 'ssh://git@h/a.git'],
  ['ssh://git:secret@h/a.git', 'ssh://xxxxx:xxxxx@h/a.git'],
  ['git@h:a/b.git', 'git@h:a/b.git'],
  [
    "can't read 'https://a:b@h/x' and HTTP://c@h",
    "can't read 'https://xxxxx:xxxxx@h/x' and HTTP://xxxxx@h",
  ],
  ['https://h/ is of a@b', 'https://h/ is of a@b'],
])('%s is shown as %s', (text, shown) => {
  expect(redacted(text)).toBe(shown);
});

test('a long text that someone wrote to be slow is redacted all the same', () => {
  const parts = ['a', 'a:', 'a://', 'a://b:', 'https://', ':', '@'];
  for (const part of parts) {
    const text = part.repeat(200_000);
    expect(redacted(`${text} https://a:b@h`)).toContain(' https://xxxxx:xxxxx@h');
  }
});
