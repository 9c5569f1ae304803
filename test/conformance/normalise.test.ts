import { expect, test } from 'vitest';
import { normalise } from './normalise.ts';

const id = '0123456789abcdef'.repeat(4);

test.each([
  [`started ${id} as ${id.slice(0, 12)}`, 'started <id 1> as <id 1>'],
  [`${'b'.repeat(12)} ${id}`, '<id 1> <id 2>'],
  ['2026-05-04T03:02:01.123456789Z', '<time>'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
  ['Up 3 seconds (healthy)', 'Up <duration> (healthy)'],
  ['Up Less than a second', 'Up <duration>'],
  ['172.17.0.2/16 on 02:42:ac:11:00:02', '<address>/16 on <mac>'],
  ['127.0.0.1 and 10.0.2.2:5000', '127.0.0.1 and 10.0.2.2:5000'],
  ['0.0.0.0:49153->80/tcp', '0.0.0.0:<port>->80/tcp'],
  ['NAME      IMAGE', 'NAME IMAGE'],
])('%j becomes %j', (text, comparable) => {
  expect(normalise(text)).toBe(comparable);
});

test('directories of a run have names', () => {
  expect(normalise('open /tmp/x/file', { '/tmp/x': '<directory>' })).toBe('open <directory>/file');
});
