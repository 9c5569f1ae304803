import { expect, test } from 'vitest';
import { describeChanges, type Look } from './describe-changes.ts';
import type { Facts } from './facts.ts';

const facts = (ino: number, more: Partial<Facts> = {}): Facts => ({
  ...{
    dev: 1n,
    ino: BigInt(ino),
    mode: 0o100644,
    owner: '0:0',
    nlink: 1n,
    size: 1n,
    mtimeNs: 1n,
    ctimeNs: 1n,
  },
  ...more,
});
const look = (
  path: string,
  before: Facts | undefined,
  now: Facts | undefined,
  reports = 1,
): Look => ({
  ...{ path, wasThere: before !== undefined, before, now, reports },
});
const describe = () => ({ attributes: 'x' });

/** `kind path [new path]` of each change. */
const changes = (...looks: Look[]) =>
  describeChanges(looks, describe).map((change) =>
    [change.kind, change.path, 'to' in change ? change.to : ''].join(' ').trim(),
  );

test.each<[string, Look[], string[]]>([
  ['nothing', [look('a', facts(1), facts(1))], []],
  ['a new file', [look('a', undefined, facts(1))], ['created a']],
  ['a removed file', [look('a', facts(1), undefined)], ['removed a']],
  [
    'a file that is gone right after the guest saw it',
    [{ ...look('a', facts(1), undefined), wasThere: false }],
    ['removed a'],
  ],
  ['content', [look('a', facts(1), facts(1, { mtimeNs: 2n, ctimeNs: 2n }))], ['modified a']],
  ['a size alone', [look('a', facts(1), facts(1, { size: 2n, ctimeNs: 2n }))], ['modified a']],
  ['a mode', [look('a', facts(1), facts(1, { mode: 0o100600, ctimeNs: 2n }))], ['attributes a']],
  [
    'a time that is set',
    [look('a', facts(1), facts(1, { mtimeNs: 7n, ctimeNs: 2n }))],
    ['attributes a'],
  ],
  [
    'a write, and a time that is set',
    [look('a', facts(1), facts(1, { mtimeNs: 7n, ctimeNs: 2n }), 3)],
    ['modified a', 'attributes a'],
  ],
  [
    'the entries of a folder',
    [
      look(
        'd',
        facts(1, { mode: 0o040755 }),
        facts(1, { mode: 0o040755, mtimeNs: 2n, ctimeNs: 2n }),
      ),
    ],
    [],
  ],
  [
    'a rename',
    [look('a', facts(1), undefined), look('b', undefined, facts(1, { ctimeNs: 2n }))],
    ['renamed a b'],
  ],
  [
    'a rename, reported the other way round',
    [look('b', undefined, facts(1)), look('a', facts(1), undefined)],
    ['renamed a b'],
  ],
  [
    'a rename onto a file',
    [look('a', facts(1), undefined), look('b', facts(2), facts(1))],
    ['renamed a b'],
  ],
  [
    'a rename and an edit',
    [look('a', facts(1), undefined), look('b', undefined, facts(1, { mtimeNs: 2n, ctimeNs: 2n }))],
    ['renamed a b', 'attributes b'],
  ],
  ['another file at a name', [look('a', facts(1), facts(2))], ['removed a', 'created a']],
  [
    'a file that an editor wrote beside and moved here',
    [look('d/.tmp', undefined, undefined), look('d/a', facts(1), facts(2))],
    ['created d/.tmp', 'renamed d/.tmp d/a'],
  ],
  ['a name that came and went', [look('a', undefined, undefined)], []],
  [
    'two files that swap their names',
    [look('a', facts(1), facts(2)), look('b', facts(2), facts(1))],
    ['removed a', 'created a', 'removed b', 'created b'],
  ],
])('%s', (_, looks, expected) => {
  expect(changes(...looks)).toEqual(expected);
});
