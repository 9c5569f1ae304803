import { expect, it } from 'vitest';
import type { LogLine } from '../../runtime/logs/log-file.ts';
import { frame, unframed } from '../stream-frames.ts';
import { encodeLog, encodeLogDetails } from './log.ts';

const line = (data: string, partial = false): LogLine => ({
  ...{ stream: 'stdout', time: '2026-01-01T00:00:00Z', data: Buffer.from(data), partial },
});

async function* lines(): AsyncGenerator<LogLine[]> {
  yield [line('one\n'), line('tw', true)];
  yield [line('o\n')];
}

it('puts time and details before each line, not before each piece of a line', async () => {
  const options = { encode: unframed, wanted: { stdout: true, stderr: true }, timestamps: true };
  let text = '';
  for await (const piece of encodeLog(lines(), { ...options, details: 'a=1 ' })) text += piece;
  expect(text).toBe('2026-01-01T00:00:00Z a=1 one\n2026-01-01T00:00:00Z a=1 two\n');
});

it('sends lines that arrive together in one chunk, each in its own frame', async () => {
  const options = { encode: frame, wanted: { stdout: true, stderr: true }, timestamps: false };
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeLog(lines(), { ...options, details: '' })) {
    if (typeof piece !== 'string') pieces.push(piece);
  }
  const framed = (text: string) => frame('stdout', Buffer.from(text));
  expect(pieces).toEqual([Buffer.concat([framed('one\n'), framed('tw')]), framed('o\n')]);
});

it('writes details as Docker does, or a blank if there are none', () => {
  expect(encodeLogDetails({ tag: 'a, b=(c)&d~', label: '1' })).toBe(
    'label=1,tag=a%2C+b%3D%28c%29%26d~ ',
  );
  expect(encodeLogDetails({})).toBe(' ');
});
