// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the test is about these.
import { expect, test } from 'vitest';
import { expandText, expandWord, expandWords } from './substitution.ts';

const variables = new Map([
  ['who', 'world'],
  ['empty', ''],
  ['path', '/usr/lib/a.tar.gz'],
  ['two', 'x  y'],
]);

test.each([
  ['plain', 'plain'],
  ['$who', 'world'],
  ['a${who}b', 'aworldb'],
  ['$nope|', '|'],
  ['\\$who', '$who'],
  ["'$who'", '$who'],
  ['"$who"', 'world'],
  ['"a \\"b\\" \\n"', 'a "b" \\n'],
  ['a\\ b', 'a b'],
  ['$', '$'],
  ['$5', ''],
  ['$10|', '|'],
  ['$$|', '|'],
  ['a$.', 'a$.'],
  ['${nope:-a $who}', 'a world'],
  ['${empty:-d}', 'd'],
  ['${empty-d}', ''],
  ['${nope-d}', 'd'],
  ['${who:+yes}', 'yes'],
  ['${empty:+yes}', ''],
  ['${empty+yes}', 'yes'],
  ['${nope:+yes}', ''],
  ['${nope:-${empty:-deep}}', 'deep'],
  ['${path#*/}', 'usr/lib/a.tar.gz'],
  ['${path##*/}', 'a.tar.gz'],
  ['${path%.*}', '/usr/lib/a.tar'],
  ['${path%%.*}', '/usr/lib/a'],
  ['${path%?gz}', '/usr/lib/a.tar'],
  ['${path#nope}', '/usr/lib/a.tar.gz'],
  ['${path/a/A}', '/usr/lib/A.tar.gz'],
  ['${path//a/A}', '/usr/lib/A.tAr.gz'],
  ['${path//\\//_}', '_usr_lib_a.tar.gz'],
  ['${path/u*b/$&}', '/$&/a.tar.gz'],
])('%s is %s', (word, expected) => {
  expect(expandWord(word, variables)).toBe(expected);
});

test('with the other escape character, a backslash is literal', () => {
  expect(expandWord('C:\\$who `$who', variables, '`')).toBe('C:\\world $who');
});

test.each(['##', '#', '%%', '%', '/', '//'])(
  'a pattern that would stop the engine for long is an error: %s',
  (modifier) => {
    const value = new Map([['long', 'a'.repeat(130_000)]]);
    const word = `\${long${modifier}${'*a'.repeat(100)}*b*}`;
    const expand = () =>
      expandWord(modifier.startsWith('/') ? word.replace('}', '/x}') : word, value);
    expect(expand).toThrow(
      'failed to process "$long": the pattern, with 203 parts, is too long for a text of 130000 characters',
    );
    expect(expand).toThrow(expect.objectContaining({ code: 'invalid' }));
  },
);

test.each([
  ['a b  c', ['a', 'b', 'c']],
  ['$two', ['x', 'y']],
  ['"$two" \'c d\' e\\ f', ['x  y', 'c d', 'e f']],
  ['$nope "" z', ['z']],
])('%s is the words %j', (text, expected) => {
  expect(expandWords(text, variables)).toEqual(expected);
});

test('a document keeps its quotes, but no escapes', () => {
  expect(expandText('"$who" \'${who}\' \\$who \\\\n \\a', variables)).toBe(
    '"world" \'world\' $who \\n a',
  );
});

test.each([
  ["'open", 'looking for matching single-quote'],
  ['"open', 'looking for matching double-quote'],
  ['${who', 'unsupported modifier (\uFFFD) in substitution'],
  ['${who:-x', "missing '}'"],
  ['${who/x', "missing '/' in ${}"],
  ['${who/x/y', "missing '}'"],
  ['${', "missing '}'"],
  ['${}', 'bad substitution'],
  ['${:x}', 'bad substitution'],
  ['${who:x}', 'unsupported modifier (:x) in substitution'],
  ['${nope:?is needed}', 'failed to process "${nope:?is needed}": nope: is needed'],
  ['${nope?}', 'nope: is not allowed to be unset'],
  ['${empty:?}', 'empty: is not allowed to be empty'],
])('%s is refused', (word, message) => {
  expect(() => expandWord(word, variables)).toThrow(message);
});

test('nested defaults have a limit', () => {
  const nested = (depth: number) => `${'${a:-'.repeat(depth)}end${'}'.repeat(depth)}`;
  expect(expandWord(nested(50), new Map())).toBe('end');
  expect(() => expandWord(nested(50_000), new Map())).toThrow('nested too deeply');
});
