import { expect, test } from 'vitest';
import { parseDockerfile } from '../../build/dockerfile/parse.ts';
import { planBuild } from '../../build/stages.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { BuildProgress } from './build-progress.ts';
import { resolveBases } from './resolve-bases.ts';

const image = (...OnBuild: string[]) => ({ config: { OnBuild } }) as unknown as StoredImage;

async function resolve(dockerfile: string, images: Readonly<Record<string, StoredImage>>) {
  const pulled: string[] = [];
  const { stages, triggers } = await resolveBases(
    {
      ...{ globals: new Map(), escapeChar: '\\', always: false, isReplaced: () => false },
      client: { named: () => undefined },
      pull: async ({ name }) => {
        pulled.push(name);
        const found = images[name];
        if (found === undefined) throw new Error(`no ${name}`);
        return found;
      },
      keep: () => {},
      progress: { addBase: () => {}, setTriggers: () => {} } as unknown as BuildProgress,
    },
    planBuild(parseDockerfile(dockerfile), '').stages,
  );
  return { pulled, needed: stages.map(({ isSkipped }) => !isSkipped), triggers };
}

test('an image’s ONBUILD makes a stage needed, and this stage’s own image', async () => {
  const text = 'FROM c AS two\nFROM b AS one\nFROM other\nFROM a';
  const { pulled, needed } = await resolve(text, {
    a: image('COPY --from=one /x /x'),
    b: image('COPY --from=two /y /y', 'RUN true'),
    c: image(),
  });
  expect(pulled).toEqual(['a', 'b', 'c']);
  expect(needed).toEqual([true, true, false, true]);
});

test('an image that can’t be pulled is an error', async () => {
  await expect(
    resolve('FROM a AS x\nFROM gone\nCOPY --from=x / /', { a: image() }),
  ).rejects.toThrow('no gone');
});

test('the case of a stage’s name counts in FROM', async () => {
  await expect(resolve('FROM a AS Base\nFROM Base', { a: image() })).rejects.toThrow(
    'failed to parse stage name "Base"',
  );
  const { pulled } = await resolve('FROM a AS Base\nFROM base', { a: image() });
  expect(pulled).toEqual(['a']);
});
