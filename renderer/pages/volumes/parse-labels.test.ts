import { expect, it } from 'vitest';
import { parseLabels } from './parse-labels.ts';

it('reads a label a line', () => {
  const { labels, fault } = parseLabels('tier=db\n\n  keep \nurl=a=b\n');
  expect(labels).toEqual({ tier: 'db', keep: '', url: 'a=b' });
  expect(fault).toBeUndefined();
});

it('says which line has no name', () => {
  expect(parseLabels('a=1\n=2').fault).toBe('“=2” has no name. Write name=value.');
});
