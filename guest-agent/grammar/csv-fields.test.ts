import { expect, test } from 'vitest';
import { formatFields, parseFields } from './csv-fields.ts';

test.each([
  ['a=b,c', ['a=b', 'c']],
  ['a,"b=c,d"', ['a', 'b=c,d']],
  ['"a ""b"""', ['a "b"']],
  ['a,', ['a', '']],
  ['', ['']],
  ['"a\nb",ü', ['a\nb', 'ü']],
])('%j', (text, fields) => {
  expect(parseFields(text)).toEqual(fields);
  expect(parseFields(formatFields(fields))).toEqual(fields);
});

test.each(['a"b', '"a', '"a"b'])('refuses %s', (text) => {
  expect(() => parseFields(text)).toThrow('unexpected quote in');
});
