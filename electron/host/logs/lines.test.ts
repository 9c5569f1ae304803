import { expect, it } from 'vitest';
import { LineSplitter } from './lines.ts';

const AT = '2026-01-02T03:04:05.678901234Z';
const line = (text: string) => Buffer.from(`${AT} ${text}\n`);

it('puts together lines that come in pieces, also where a character is cut', () => {
  const splitter = new LineSplitter();
  const bytes = line('größer');
  const cut = bytes.indexOf('ö') + 1;
  expect(splitter.add('stdout', bytes.subarray(0, cut))).toEqual([]);
  expect(splitter.add('stderr', line('between'))).toEqual([
    { stream: 'stderr', at: AT, text: 'between' },
  ]);
  expect(splitter.add('stdout', bytes.subarray(cut))).toEqual([
    { stream: 'stdout', at: AT, text: 'größer' },
  ]);
});

it('tells what was begun', () => {
  const splitter = new LineSplitter();
  splitter.add('stdout', Buffer.from(`${AT} 40 %`));
  expect(splitter.unfinished()).toEqual([{ stream: 'stdout', at: AT, text: '40 %' }]);
});

it('shows of a line that wrote over itself what a terminal would show last', () => {
  expect(new LineSplitter().add('stdout', line('10 %\r50 %\rdone\r'))).toMatchObject([
    { text: 'done' },
  ]);
});

it('cuts a line that does not end', () => {
  const splitter = new LineSplitter();
  const endless = Buffer.alloc(1024 * 1024, 'x');
  expect(splitter.add('stdout', endless)).toHaveLength(1);
  expect(splitter.unfinished()).toEqual([]);
});
