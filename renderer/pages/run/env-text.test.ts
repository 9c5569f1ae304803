import { expect, it } from 'vitest';
import { mergeVariables, parseEnvText } from './env-text.ts';

it('reads pasted text', () => {
  const text = [
    '# database',
    'HOST=db',
    'export PORT = 5432 # the usual',
    'URL="postgres://u:p@db/x?a=b"',
    "MOTTO='a # b'",
    'LINES="one\\ntwo"',
    'EMPTY=',
    'no assignment',
    '',
  ].join('\r\n');
  expect(parseEnvText(text)).toEqual([
    { name: 'HOST', value: 'db' },
    { name: 'PORT', value: '5432' },
    { name: 'URL', value: 'postgres://u:p@db/x?a=b' },
    { name: 'MOTTO', value: 'a # b' },
    { name: 'LINES', value: 'one\ntwo' },
    { name: 'EMPTY', value: '' },
  ]);
});

it('replaces rows with the same name, and rows without a name', () => {
  const rows = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
    { name: '', value: '' },
  ];
  expect(mergeVariables(rows, [{ name: 'A', value: '3' }])).toEqual([
    { name: 'B', value: '2' },
    { name: 'A', value: '3' },
  ]);
});
