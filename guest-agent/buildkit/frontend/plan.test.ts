import { expect, test } from 'vitest';
import { parseDockerfile, parseTrigger } from '../../build/dockerfile/parse.ts';
import { planBuild } from '../../build/stages.ts';
import { baseImages, checkBaseNames } from './base-images.ts';
import { contextPaths } from './context-paths.ts';
import { markNeeded } from './needed-stages.ts';

const globals = new Map([['BASE', 'two']]);

function plan(text: string, target = '', replaced: readonly string[] = []) {
  const { stages } = planBuild(parseDockerfile(text), target);
  return markNeeded(stages, globals, '\\', (name) => replaced.includes(name));
}

const needed = (stages: ReturnType<typeof plan>) =>
  stages.filter(({ isSkipped }) => !isSkipped).map(({ name }) => name);

const dockerfile = `
FROM a AS one
FROM b AS two
FROM c AS three
FROM d AS four
FROM $BASE AS five
COPY --from=0 /x /x
RUN --mount=type=bind,from=three,target=/t true
`;

test('only stages that lead to the target are built', () => {
  expect(needed(plan(dockerfile))).toEqual(['one', 'two', 'three', 'five']);
  expect(needed(plan(dockerfile, 'four'))).toEqual(['four']);
  expect(needed(plan(dockerfile, '', ['two', 'three']))).toEqual(['one', 'five']);
});

test('stages that ONBUILD instructions take files from are built', () => {
  const text = `
FROM x AS image-only
FROM y AS from-stage
FROM z AS base
ONBUILD COPY --from=from-stage /x /x
FROM base
FROM w AS unused
FROM 3
`;
  const { stages } = planBuild(parseDockerfile(text), '');
  const trigger = parseTrigger('COPY --from=image-only /x /x', '\\');
  const marked = (target: number, triggers = new Map([[target, [trigger]]])) =>
    needed(markNeeded(stages.slice(0, target + 1), globals, '\\', () => false, triggers));
  expect(marked(3)).toEqual(['image-only', 'from-stage', 'base', '']);
  expect(marked(3, new Map())).toEqual(['from-stage', 'base', '']);
});

test('the images of skipped stages, other stages and given contexts aren’t looked up', () => {
  const names = (replaced: readonly string[]) =>
    baseImages(plan(dockerfile, '', replaced), globals, '\\', {
      always: false,
      isReplaced: (name) => replaced.includes(name),
    }).map(({ name, stage }) => `${stage.number} ${name}`);
  expect(names([])).toEqual(['0 a', '1 b', '2 c']);
  expect(names(['two', 'a'])).toEqual(['2 c']);
});

test.each<[string, readonly string[] | undefined]>([
  ['RUN true', undefined],
  ['COPY --from=x a /a', undefined],
  ['COPY <<E /a\ntext\nE', undefined],
  ['ADD https://example.com/x /x', undefined],
  ['COPY a b/ ./c /d', ['a', 'b', 'c']],
  ['COPY ["a b", "/x"]', ['a b']],
  ['COPY . /d', []],
  ['COPY $WHICH /d', []],
  ['COPY ../a ./b/../c /d', ['a', 'c']],
  ['COPY a/**/*.go /d', ['a/**/*.go']],
  ['COPY --parents a/**/*.go /d', ['a']],
  ['COPY **/*.go /d', ['**/*.go']],
  ['COPY --parents **/*.go /d', []],
  ['RUN --mount=target=/x true', []],
  ['RUN --mount=type=bind,source=in,target=/x true', ['in']],
  ['RUN --mount=type=cache,target=/x true', undefined],
])('%s needs of the context: %j', (instruction, paths) => {
  expect(contextPaths(plan(`FROM a\n${instruction}`), '\\')).toEqual(paths);
});

test('the ONBUILD instructions of base images and of other stages need files of the context', () => {
  const triggers = ['COPY package.json /app/', 'RUN make'].map((text) => parseTrigger(text, '\\'));
  expect(contextPaths(plan('FROM a\nCOPY src /src'), '\\', triggers)).toEqual([
    'package.json',
    'src',
  ]);
  // A list that isn't JSON is a line of words.
  expect(contextPaths(plan('FROM a\nCOPY ["x" /t/'), '\\')).toEqual(['[x']);
  const stages = 'FROM a AS base\nONBUILD COPY in /in\nFROM base\nONBUILD COPY later /later';
  expect(contextPaths(plan(stages), '\\')).toEqual(['in']);
});

test.each([
  ['FROM scratch AS a', 'FROM BOX', 'COPY --from=a / /'],
  ['FROM scratch AS a', 'FROM BOX AS unneeded', 'FROM a'],
])('a name that can’t be an image is an error at its FROM: %j', (...lines) => {
  const { stages } = planBuild(parseDockerfile(`${lines.join('\n')}\n`), '');
  const check = (replaced: string) =>
    checkBaseNames(stages, globals, '\\', (name) => name === replaced);
  expect(() => check('')).toThrow(
    expect.objectContaining({
      message:
        'failed to parse stage name "BOX": invalid reference format: repository name (library/BOX) must be lowercase',
      line: 2,
    }),
  );
  expect(() => check('BOX')).not.toThrow();
});

test('the case of a stage’s name counts in FROM', () => {
  const check = (text: string) =>
    checkBaseNames(planBuild(parseDockerfile(text), '').stages, globals, '\\', () => false);
  expect(() => check('FROM a AS Base\nFROM Base')).toThrow('failed to parse stage name "Base"');
  expect(() => check('FROM a AS Base\nFROM base')).not.toThrow();
});
