import { type Case, lines } from '../case.ts';

const tree = {
  ...{ 'd1/1.png': '1', 'd1/2.txt': '2', 'd1/3.jpeg': '3', 'd2/1.pdf': '4', 'd2/2.jpeg': '5' },
  ...{ 'd2/3.png': '6', 'd3/1.mp3': '7', 'd3/2.mpeg': '8', 'd4/1.txt': '9' },
};
const relative = lines(
  ...['FROM alpine AS base', 'WORKDIR /test'],
  'RUN mkdir -p a/b/c/d/e a/b2/c/d/e a/b/c2/d/e a/b/c2/d/e2',
  'RUN touch a/b/c/d/foo a/b/c/d/e/bay a/b2/c/d/e/bar a/b/c2/d/e/baz a/b/c2/d/e2/baz',
);
const parents = (about: string, sources: string, check: string): Case => ({
  test: 'testCopyRelativeParents',
  about,
  dockerfile: `${relative}${lines('FROM alpine', `COPY --from=base --parents ${sources} /out/`, `RUN ${check}`)}`,
});
const mode = (kind: 'file' | 'dir', mode: string): Case => ({
  test: 'testChmodNonOctal',
  about: `${kind} ${mode}`,
  dockerfile: lines(
    ...[
      'FROM alpine AS base',
      'RUN mkdir /i; touch /i/file; chmod 666 /i/file; mkdir /i/dir; chmod 124 /i/dir',
    ],
    `RUN cp -a /i/${kind} /expected && chmod ${mode} /expected`,
    `COPY --from=base --chmod=${mode} /i/${kind === 'dir' ? '' : kind} /actual${kind === 'dir' ? '/' : ''}`,
    `RUN [ "$(stat -c %A /actual${kind === 'dir' ? '/dir' : ''})" = "$(stat -c %A /expected)" ]`,
  ).replace('COPY --from=base', `FROM base\nCOPY --from=base`),
});
const excluded = (
  about: string,
  instruction: string,
  out: Readonly<Record<string, string | null>>,
): Case => ({
  test: 'testExcludedFilesOnCopy',
  about,
  dockerfile: lines('FROM scratch', instruction),
  files: tree,
  before: 'ln -s 1.txt d4/2.txt',
  out,
});

export const patternCases: readonly Case[] = [
  {
    test: 'testCopyParents',
    dockerfile: lines(
      ...['# syntax=docker/dockerfile:1-labs', 'FROM scratch', 'COPY --parents f1/f2/bar /'],
      ...['WORKDIR /test', 'COPY --parents f1/f2/ba* .'],
    ),
    files: { 'f1/f2/bar': 't1', 'f1/f2/baz': 't2' },
    out: { 'f1/f2/bar': 't1', 'test/f1/f2/bar': 't1', 'test/f1/f2/baz': 't2' },
  },
  parents(
    'middle',
    '/test/a/b/./c/d',
    '[ -d /out/c/d/e ] && [ -f /out/c/d/foo ] && [ ! -d /out/a ]',
  ),
  parents('end', '/test/a/b/c/d/.', '[ -d /out/test/a/b/c/d/e ] && [ -f /out/test/a/b/c/d/foo ]'),
  parents('start', './test/a/b/c/d', '[ -f /out/test/a/b/c/d/foo ]'),
  parents('double', '/test/a/./b/./c', '[ -d /out/b/c/d/e ] && [ -f /out/b/c/d/foo ]'),
  parents('wildcard', '/test/a/./*/c', '[ -d /out/b/c/d/e ] && [ -f /out/b2/c/d/e/bar ]'),
  parents(
    'doublewildcard',
    '/test/a/b*/./c/**/e',
    '[ -f /out/c/d/e/bay ] && [ -f /out/c/d/e/bar ]',
  ),
  parents(
    'doubleinputs',
    '/test/a/b/c*/./d/**/baz /test/a/b*/./c/**/bar',
    '[ -f /out/d/e/baz ] && [ ! -f /out/d/e/bay ] && [ -f /out/d/e2/baz ] && [ -f /out/c/d/e/bar ]',
  ),
  ...['go-w', 'u=rw,g=r,o=r', 'a+X'].map((text) => mode('file', text)),
  ...['go-w', 'u+rw,g+r,o-x,o+w', 'a+X'].map((text) => mode('dir', text)),
  excluded('images', 'COPY --exclude=*/*.png --exclude=*/*.jpeg . /1', {
    ...{ '1/d1/1.png': null, '1/d1/2.txt': '2', '1/d1/3.jpeg': null, '1/d2/1.pdf': '4' },
    ...{ '1/d3/1.mp3': '7', '1/d4/1.txt': '9', '1/d4/2.txt': '9' },
  }),
  excluded('documents', 'COPY --exclude=*/*.pdf --exclude=*/*.txt . /2', {
    ...{ '2/d1/1.png': '1', '2/d1/2.txt': null, '2/d2/1.pdf': null, '2/d4/1.txt': null },
  }),
  excluded('in a directory', 'ADD --exclude=*.mp3 d3/ /3/', { '3/1.mp3': null, '3/2.mpeg': '8' }),
  excluded(
    'with a wildcard',
    'COPY --exclude=*.mp3 --exclude=*.jpeg --exclude=*.png --exclude=*.pdf --exclude=*.txt d* /4/',
    { '4/1.png': null, '4/2.txt': null, '4/1.mp3': null, '4/2.mpeg': '8', '4/d4': null },
  ),
  excluded('all', 'ADD --exclude=* d* /6', { '6/1.png': null, '6/d1': null }),
];
