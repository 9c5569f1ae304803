import { expect, test } from 'vitest';
import { KnownTrees } from './known-trees.ts';

const tree = (path: string, files: number) => ({
  path,
  fingerprints: new Map(Array.from({ length: files }, (_, index) => [`${index}`, ''])),
});

test('a tree is known until it may change', () => {
  const known = new KnownTrees();
  known.keep('a', tree('/a', 1));
  expect(known.take('a')).toMatchObject({ path: '/a', isSaved: true });
  expect(known.take('a')).toBeUndefined();
});

test('the least recently used trees are forgotten when all have too many files', () => {
  const known = new KnownTrees(10);
  known.keep('a', tree('/a', 4));
  known.keep('b', tree('/b', 4));
  known.keep('a', tree('/a', 4));
  known.keep('c', tree('/c', 6));
  expect([known.take('a')?.path, known.take('b'), known.take('c')?.path]).toEqual([
    '/a',
    undefined,
    '/c',
  ]);
  known.keep('d', tree('/d', 11));
  expect(known.take('d')).toBeUndefined();
});
