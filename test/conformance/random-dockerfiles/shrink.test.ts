import { expect, it } from 'vitest';
import { contextFiles } from './grammar/context-files.ts';
import { randomBuild } from './grammar/dockerfile.ts';
import type { RandomBuild } from './random-build.ts';
import { shrink } from './shrink.ts';

it('keeps only the lines and files that a difference needs', async () => {
  const build: RandomBuild = {
    instructions: ['FROM box', 'ENV A=1', 'COPY hard /x', 'RUN true', 'CMD a'],
    files: contextFiles(),
    ignored: ['*.md', 'dir'],
    flags: ['--no-cache'],
    changed: 'a.txt',
  };
  const small = await shrink(build, async ({ instructions, files }) => {
    const hasFile = files.some(({ path }) => path === 'hard');
    return hasFile && instructions.includes('FROM box') && instructions.includes('COPY hard /x');
  });
  expect(small.instructions).toEqual(['FROM box', 'COPY hard /x']);
  // The target of the hard link stays with it.
  expect(small.files.map(({ path }) => path)).toEqual(['b.txt', 'hard']);
  expect(small).toMatchObject({ ignored: [], flags: [], changed: undefined });
});

it('makes the same build for the same seed', () => {
  const [one, same, other] = [7, 7, 8].map(randomBuild);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});
