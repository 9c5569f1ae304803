import { group } from '../row.ts';
import { built, dockerfile, files } from './build-script.ts';

const all = files(['COPY . /all'], '/all');
/** A context with some files, and this `.dockerignore`. */
const ignoring = (...patterns: readonly string[]) =>
  `printf '%s\\n' ${patterns.map((pattern) => `'${pattern}'`).join(' ')} >.dockerignore; ${all}`;
const clean = 'find . -mindepth 1 -delete';
const copied = (script: string, ...lines: readonly string[]) =>
  `${clean}; ${script}; ${files(lines, '/d')}`;

/** Build contexts: which files a build gets, and of which kinds. */
export const buildContexts = group('build-contexts', [
  `mkdir -p a/b/c node_modules/x; for f in top.txt top.md .env a/one.txt a/two.md a/b/three.txt a/b/c/four.md node_modules/x/y; do echo $f >$f; done; find . -exec touch -h -d 2020-01-02 {} +; ${all}`,
  ignoring('*.md'),
  ignoring('**/*.md', '!a/two.md'),
  ignoring('*', '!a', '!Dockerfile'),
  ignoring('*', '!a/b/c'),
  ignoring('a', '!a/b'),
  ignoring('a/*', '!a/b/three.txt'),
  ignoring('/a/b/', '/top.txt'),
  ignoring('./a/one.txt', 'a/../top.md', '  .env  '),
  ignoring('# comment', '', '\\#x', 'nosuch', '[ab]/one.txt', '?op.txt'),
  ignoring('**'),
  ignoring('**', '!**/*.txt'),
  ignoring('**/node_modules', '**/b'),
  ignoring('!top.md', '*.md', '!a'),
  ignoring('Dockerfile', '.dockerignore'),
  ignoring('a/b/**'),
  ignoring('a**'),
  ignoring('[^t]*'),
  ignoring('['),
  ignoring('../x', '!'),
  ignoring('../x', '.'),
  `rm .dockerignore; echo top.txt >Dockerfile.dockerignore; echo top.md >.dockerignore; ${all}`,
  `mv Dockerfile Other; echo a >Other.dockerignore; docker build -q -f Other -t made:f . >/dev/null; tree made:f /all`,
  'rm *.dockerignore .dockerignore; mkdir sub; mv Other sub/D; docker build -q -f sub/D -t made:f . >/dev/null; tree made:f /all',
  'docker build -q -t made:f -f - . <sub/D >/dev/null; tree made:f /all',
  'tar c a top.txt sub | docker build -q -f sub/D -t made:f - >/dev/null; tree made:f /all',
  'tar cz a top.txt sub | docker build -q -f sub/D -t made:f - >/dev/null; tree made:f /all',
  'tar c a | docker build -f sub/D - 2>&1 | tail -1',
  `cd a; docker build -q -t made:f -f ../sub/D . >/dev/null; tree made:f /all`,
  'ln -s sub/D Dockerfile; docker build -q -t made:f . >/dev/null; tree made:f /all/Dockerfile',
  // Kinds of files.
  copied(
    'mkdir d; echo x >d/x; ln d/x d/y; ln -s x d/s; ln -s /nosuch d/t; touch -h -d 2020-01-02 d/*',
    'COPY d /d',
  ),
  copied('mkdir d; mkfifo d/fifo; echo x >d/x', 'COPY d /d'),
  copied(
    'mkdir -m 1777 d; for m in 000 400 644 755 4755 2755 1644; do echo $m >d/$m; chmod $m d/$m; done; mkdir -m 2700 d/dir',
    'COPY d /d',
  ),
  copied(
    'mkdir d; echo x >"d/sp ace"; echo x >d/ü; echo x >d/日本; echo x >"d/q\'"; echo x >"d/[b]"; echo x >d/-n',
    'COPY d /d',
  ),
  copied(
    'mkdir d; truncate -s 5M d/sparse; echo end >>d/sparse',
    'COPY d /d',
    'RUN md5sum /d/sparse',
  ),
  copied('mkdir d; : >d/empty; mkdir d/bare', 'COPY d /d'),
  copied(
    'mkdir -p d/$(printf %0100d 1)/$(printf %0100d 2); echo x >d/$(printf %0100d 1)/$(printf %0100d 2)/x',
    'COPY d /d',
  ),
  copied('mkdir r; echo x >r/x; ln -s r d', 'COPY d /d'),
  copied('mkdir r; echo x >r/x; ln -s r d', 'COPY d/ /d'),
  copied('echo x >x; ln -s x d', 'COPY d /d'),
  copied('mkdir d; echo x >x; ln -s ../x d/up; ln -s ../../etc d/out', 'COPY d /d'),
  copied('mkdir d e; echo 1 >d/f; echo 2 >e/f; echo 3 >e/g', 'COPY d e /d/'),
  copied(
    'mkdir -m 700 d; echo x >d/x; chmod 600 d/x',
    'COPY --chown=5:6 d /d',
    'COPY --chmod=755 d /d/again',
  ),
  copied('mkdir d; echo x >d/x', 'USER 7', 'WORKDIR /d', 'COPY d .', 'RUN id -u >>/tmp/u'),
  copied(
    'mkdir d; echo 1 >d/a.txt; echo 2 >d/b.txt; echo 3 >d/c.md',
    'COPY d/*.txt /d/',
    'COPY d/[ab].* d/?.md /d/e/',
  ),
  copied(
    'mkdir -p t/sub; echo x >t/sub/x; tar cf a.tar t; gzip -k a.tar; bzip2 -k a.tar',
    'ADD a.tar /d/tar',
    'ADD a.tar.gz /d/gz/',
    'ADD a.tar.bz2 /d/more/',
    'COPY a.tar.gz /d/',
  ),
  copied('echo text >a.tar; printf "\\037\\213bad" >b.gz', 'ADD a.tar b.gz /d/'),
  copied(
    'mkdir t; echo x >t/x; chmod 4750 t/x; tar c --owner=9 --group=8 --mtime=2001-02-03 t >a.tar',
    'ADD a.tar /d',
  ),
  // Contexts by name.
  `${clean}; mkdir one two; echo 1 >one/f; echo 2 >two/f; echo f >one/.dockerignore; ${built(['FROM box', 'COPY --from=one . /d1/', 'COPY --from=two f /d2/', 'CMD ["ls", "-A", "/d1", "/d2"]'], '--build-context one=one --build-context two=./two')}`,
  built(
    ['FROM base', 'COPY --from=tools /www/index.html /i', 'CMD ["cat", "/i"]'],
    '--build-context base=docker-image://box --build-context tools=docker-image://web',
  ),
  built(
    ['FROM box AS base', 'RUN echo replaced >/r', 'FROM base', 'CMD ["ls", "/r"]'],
    '--build-context base=docker-image://web 2>/dev/null',
    '2>&1',
  ),
  `${dockerfile('FROM box', 'RUN --mount=from=one,target=/o cat /o/f >/r', 'CMD ["cat", "/r"]')}; docker build -q -t made:b --build-context one=one . >/dev/null; docker run --rm made:b`,
  `${dockerfile('FROM box')}; docker build --build-context one=nosuch . 2>&1 | tail -1; docker build --build-context one . 2>&1 | tail -1`,
]);
