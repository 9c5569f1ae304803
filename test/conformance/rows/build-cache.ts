import { group } from '../row.ts';
import { dockerfile, steps } from './build-script.ts';
import { unresolvedBase } from './reasons.ts';

const again = (flags = '') => `steps docker build -t made:s ${flags} .`;
const layered = ['FROM box', 'WORKDIR /w', 'COPY a .', 'RUN cat a >b', 'COPY c d/', 'RUN echo end'];
const staged = [
  ...['FROM box AS one', 'COPY a /a', 'RUN echo one $(cat /a)', 'FROM box AS two', 'COPY c /c'],
  ...['RUN echo two $(cat /c/f)', 'FROM box', 'COPY --from=one /a /x', 'COPY --from=two /c /y'],
];
const files =
  'echo 1 >a; mkdir -p c/e; echo 2 >c/f; echo 3 >c/e/g; touch -d 2020-01-01 a c/f c/e/g';
const run = (flags: string, ...lines: readonly string[]) => steps(['FROM box', ...lines], flags);

/** Which steps of a build come from the cache. */
export const buildCache = group('build-cache', [
  `${files}; ${steps(layered)}`,
  again(),
  `touch a c/f; ${again()}`,
  `echo 1 >a; ${again()}`,
  `chmod 600 c/f; ${again()}`,
  `chmod 644 c/f; ${again()}`,
  `echo new >c/e/g; ${again()}`,
  `echo 3 >c/e/g; ${again()}`,
  `mkdir c/empty; ${again()}`,
  `rmdir c/empty; touch unused; ${again()}`,
  `mv c/f c/h; ${again()}`,
  `mv c/h c/f; ${again('--no-cache')}`,
  { run: again('--pull'), differs: unresolvedBase },
  `${steps([...layered, 'RUN echo more'])}`,
  `${steps(['FROM box', 'WORKDIR /w', 'RUN echo first', 'COPY a .', 'RUN cat a >b'])}`,
  `${steps(staged)}`,
  `echo one >a; ${again()}`,
  `echo two >c/f; ${again('--target two')}`,
  again(),
  again('--no-cache-filter one'),
  // The content counts, not the name.
  `cp a a2; ${steps(['FROM box', 'COPY a /same'])}; ${steps(['FROM box', 'COPY a2 /same'])}`,
  // An image of the engine can have the steps inside.
  ...['', '--build-arg BUILDKIT_INLINE_CACHE=1'].map(
    (flag) =>
      `${dockerfile(...layered)}; docker builder prune -af >/dev/null; docker build -q -t made:inside ${flag} . >/dev/null; docker builder prune -af >/dev/null; ${again('--cache-from made:inside')}; docker builder prune -af >/dev/null; ${again('--cache-from type=registry,ref=made:inside')}; docker rmi -f made:inside >/dev/null`,
  ),
  run('--build-arg V=1', 'ARG V', 'RUN echo $V', 'RUN echo second'),
  run('--build-arg V=1', 'ARG V', 'RUN echo $V', 'RUN echo second'),
  run('--build-arg V=2', 'ARG V', 'RUN echo $V', 'RUN echo second'),
  run('', 'RUN echo before', 'ARG V', 'COPY a /arg'),
  run('--build-arg V=9', 'RUN echo before', 'ARG V', 'COPY a /arg'),
  run('', 'ENV E=1', 'COPY a /env', 'RUN echo env'),
  run('', 'ENV E=2', 'COPY a /env', 'RUN echo env'),
  run('', 'LABEL l=1', 'RUN echo label'),
  run('', 'LABEL l=2', 'CMD ["x"]', 'RUN echo label'),
  run('', 'USER 1', 'RUN echo user'),
  run('', 'USER 2', 'RUN echo user'),
  run('', 'RUN --mount=type=cache,target=/c date +%N >>/c/x; wc -l </c/x'),
  run('', 'RUN --mount=type=cache,target=/c date +%N >>/c/x; wc -l </c/x'),
  run('', 'RUN --mount=type=bind,target=/b cat /b/a'),
  `echo changed >c/e/g; ${run('', 'RUN --mount=type=bind,target=/b cat /b/a')}`,
  `${run('', 'RUN --mount=type=bind,source=a,target=/b cat /b')}; echo other >c/e/g; ${again()}`,
  `echo s1 >s; ${run('--secret id=s,src=s', 'RUN --mount=type=secret,id=s cat /run/secrets/s')}; echo s2 >s; ${again('--secret id=s,src=s')}`,
  run('--add-host h:1.2.3.4', 'RUN grep -c h /etc/hosts'),
  `${run('--network none', 'RUN echo net')}; ${again()}`,
  'docker build -q -t made:one . >/dev/null; docker build -q -t made:two . >/dev/null; docker image ls -q made | sort -u | wc -l',
  `${dockerfile('FROM box', 'RUN date +%N >/n')}; docker build -q --no-cache . >one; docker build -q . >two; docker build -q --no-cache . >three; cmp -s one two && echo same; cmp -s one three || echo other`,
  // Two builds at the same time do the same step once.
  `${dockerfile('FROM box', 'RUN sleep 2; date +%N >/n')}; docker build -q . >one & docker build -q . >two; wait; cmp one two && echo same`,
  `${dockerfile('FROM box AS a', 'RUN sleep 2; date +%N >/n', 'FROM a AS b', 'RUN echo b', 'FROM a AS c', 'RUN echo c')}; docker build -q -t made:b2 --target b . >/dev/null & docker build -q -t made:c2 --target c . >/dev/null; wait; docker run --rm made:b2 cat /n >one; docker run --rm made:c2 cat /n >two; cmp one two && echo same`,
  'docker builder prune -af >/dev/null; docker build -q . >/dev/null; docker builder prune -af | tail -1 | cut -c1-6',
]);
