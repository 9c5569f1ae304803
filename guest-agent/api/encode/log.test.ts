import { expect, it } from 'vitest';
import type { LogLine } from '../../runtime/log-file.ts';
import { unframed } from '../stream-frames.ts';
import { encodeLog, encodeLogDetails } from './log.ts';

async function* lines(): AsyncGenerator<LogLine> {
  const line = (data: string, partial = false): LogLine => ({
    ...{ stream: 'stdout', time: '2026-01-01T00:00:00Z', data: Buffer.from(data), partial },
  });
  yield line('one\n');
  yield line('tw', true);
  yield line('o\n');
}

it('begins each line, not each piece of one, with its time and its details', async () => {
  const options = { encode: unframed, wanted: { stdout: true, stderr: true }, timestamps: true };
  let text = '';
  for await (const piece of encodeLog(lines(), { ...options, details: 'a=1 ' })) text += piece;
  expect(text).toBe('2026-01-01T00:00:00Z a=1 one\n2026-01-01T00:00:00Z a=1 two\n');
});

it('writes details as Docker does, a blank where there are none', () => {
  expect(encodeLogDetails({ tag: 'a, b=(c)&d~', label: '1' })).toBe(
    'label=1,tag=a%2C+b%3D%28c%29%26d~ ',
  );
  expect(encodeLogDetails({})).toBe(' ');
});
