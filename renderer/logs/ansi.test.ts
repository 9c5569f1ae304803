import { expect, it } from 'vitest';
import { piecesOf, plainText, styleAfter, withoutControls } from './ansi.ts';

const ESC = '\u001b';

it('splits a line into pieces by style', () => {
  const text = `${ESC}[31mred${ESC}[0m plain ${ESC}[1;94mblue${ESC}[0m ${ESC}[38;5;196mtone${ESC}[m`;
  expect(plainText(text)).toBe('red plain blue tone');
  expect(piecesOf(text)).toMatchObject([
    { text: 'red', color: 'red', decorations: [] },
    { text: ' plain ' },
    { text: 'blue', color: 'bright-blue', decorations: ['bold'] },
    { text: ' ' },
    { text: 'tone', color: 'rgb(255, 0, 0)' },
  ]);
});

it('never takes text for markup', () => {
  expect(piecesOf(`${ESC}[32m<b onclick="x()">&amp;${ESC}[0m`)).toMatchObject([
    { text: '<b onclick="x()">&amp;', color: 'green' },
  ]);
});

it('drops sequences that only a terminal understands', () => {
  const text = `${ESC}]0;title\u0007${ESC}[2K${ESC}[1Gdone\u0008 ${ESC}[32mok${ESC}[0m`;
  expect(plainText(withoutControls(text))).toBe('done ok');
});

it('carries styles over the end of a line, until they are reset', () => {
  const open = styleAfter('', `${ESC}[31mERROR`);
  expect(piecesOf(`${open}  at line 3`)).toMatchObject([{ text: '  at line 3', color: 'red' }]);
  expect(styleAfter(open, `the end${ESC}[0m`)).toBe('');
});
