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
      progress: { addBase: () => {}, setStages: () => {} } as unknown as BuildProgress,
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

test('images that instructions take files from are found before anything runs', async () => {
  const text = [
    'FROM a AS base',
    'FROM unneeded',
    'COPY --from=unneeded2 / /',
    'FROM base',
    'COPY --from=tools /a /a',
    'COPY --from=base /b /b',
    'RUN --mount=from=2,target=/t --mount=type=tmpfs,from=empty,target=/u x',
    'COPY --from=scratch / /x',
    'ADD https://example.com/x /x',
  ].join('\n');
  const images = { a: image('COPY --from=more / /m'), tools: image(), '2': image() };
  const { pulled } = await resolve(text, { ...images, empty: image(), more: image() });
  expect(pulled).toEqual(['a', 'tools', '2', 'empty', 'more']);
});

test.each([
  ['COPY --from=Bad /a /a', 2],
  ['RUN --mount=from=Bad,target=/t x', 0],
])('%s: errors about names have the place of BuildKit', async (instruction, line) => {
  await expect(resolve(`FROM a\n${instruction}`, { a: image() })).rejects.toMatchObject({
    ...{ line, message: expect.stringContaining('failed to parse stage name "Bad"') },
  });
});

test.each([
  ['RUN --device=a.b/c=d x', "builds can't use the device a.b/c=d", 2],
  ['COPY --from=7 /a /a', 'invalid stage index 7', 0],
  ['ADD --checksum=sha256:x a b /c/', "checksum can't be specified for multiple sources", 2],
])('a mistake in ONBUILD %s is found before anything runs', async (trigger, message, line) => {
  const failure = expect.objectContaining({ line, message: expect.stringContaining(message) });
  const images = { a: image(trigger), b: image() };
  await expect(resolve('ARG x\nFROM a\nRUN y', images)).rejects.toEqual(failure);
  const own = `FROM b AS c\nONBUILD ${trigger}\nFROM c`;
  await expect(resolve(own, images)).rejects.toThrow(message);
});
