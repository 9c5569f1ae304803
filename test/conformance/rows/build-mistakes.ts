import { group, type Row } from '../row.ts';
import { dockerfile, steps } from './build-script.ts';
import { missingProgram } from './reasons.ts';

/** A Dockerfile that begins with a base image. */
const mistake = (...lines: readonly string[]) => steps(['FROM box', ...lines]);

/** A mistake whose answers differ in these lines for a reason. */
const differs = (line: string, why: string, where: RegExp): Row => ({
  run: mistake(line),
  differs: { why, where },
});

/** Where Docker and Berth name what they asked a registry. */
const resolverWords = /failed to resolve source metadata for/;

/** Errors: their text, and the lines of the Dockerfile that they quote. */
export const buildMistakes = group('build-mistakes', [
  ...[
    'RUN',
    'COPY',
    'COPY a',
    'ADD',
    'ENV',
    'ENV A',
    'ENV =x',
    'LABEL',
    'LABEL a',
    'ARG',
    'USER',
  ].map((line) => mistake(line)),
  ...[
    'WORKDIR',
    'EXPOSE',
    'VOLUME',
    'VOLUME []',
    'STOPSIGNAL',
    'SHELL',
    'SHELL sh -c',
    'ONBUILD',
  ].map((line) => mistake(line)),
  ...[
    'EXPOSE x',
    'EXPOSE 99999',
    'EXPOSE 80/xyz',
    'STOPSIGNAL NOSUCH',
    'HEALTHCHECK',
    'HEALTHCHECK x',
  ].map((line) => mistake(line)),
  ...['HEALTHCHECK --interval=x CMD a', 'HEALTHCHECK NONE x', 'HEALTHCHECK CMD', 'MAINTAINER'].map(
    (line) => mistake(line),
  ),
  ...['ONBUILD FROM x', 'ONBUILD ONBUILD RUN x', 'ONBUILD MAINTAINER x', 'ONBUILD NOSUCH'].map(
    (line) => mistake(line),
  ),
  ...[
    'FROM',
    'FROM a b',
    'FROM box AS',
    'FROM box AS a:b',
    'FROM box as 1x',
    'FROM $UNSET',
    'FROM BOX',
  ].map((line) => mistake(line)),
  differs('COPY --from=nosuch /a /b', 'words of the resolver', resolverWords),
  ...['COPY --nosuch a /x', 'COPY --chown a /x', 'COPY a Dockerfile /c'].map((line) =>
    mistake(line),
  ),
  differs('COPY [] /x', "Docker's error passed through another call", /syntax error in pattern$/),
  ...['RUN --mount=type=x true', 'RUN --nosuch true', 'RUN --network=x true'].map((line) =>
    mistake(line),
  ),
  ...[
    'RUN --mount=type=bind true',
    'RUN --mount=type=cache,target=$X true',
    'RUN --mount= true',
  ].map((line) => mistake('RUN echo before', line)),
  ...['RUN --mount=target=/x,from=nosuch true', 'RUN --mount=type=tmpfs,target=/x,from=7 true'].map(
    (line) => differs(line, 'words of the resolver', resolverWords),
  ),
  ...['COPY --from=Bad /a /b', 'RUN --mount=target=/x,from=Bad true'].map((line) =>
    mistake('RUN echo before', line),
  ),
  steps(['FROM box AS a', 'COPY --from=b /a /b', 'FROM box AS b'], '--target a'),
  steps(['FROM box AS a', 'RUN --mount=from=b,target=/x true', 'FROM box AS b'], '--target a'),
  mistake('RUN --mount=type=cache,target=/x,sharing=y true'),
  { run: mistake('RUN ["nosuch-program"]'), differs: missingProgram },
  ...['RUN nosuch-program', 'RUN exit 3', 'RUN echo out; sleep 1; echo err >&2; false'].map(
    (line) => mistake(line),
  ),
  ...['ENV A=${B', 'ENV A=${B:?must be set}', 'ENV A=${B?must}', 'ENV A=${B:x}', 'ENV A="open'].map(
    (line) => mistake(line),
  ),
  mistake('RUN true', 'USER nosuchuser', 'RUN true'),
  mistake('COPY --chown=nosuchuser Dockerfile /x'),
  mistake('COPY <<EOF /x', 'unterminated'),
  mistake('RUN <<EOF', 'exit 4', 'EOF'),
  mistake('RUN true && \\', '  false && \\', '  true', 'RUN echo after'),
  mistake('', '# comment', 'COPY Dockerfile \\', '  nosuch /x/', 'RUN true'),
  steps(['RUN true', 'FROM box']),
  steps(['ARG A=1', 'ENV A=2', 'FROM box']),
  steps(['FROM box', 'COPY --from=1 /a /b', 'FROM box']),
  steps(['FROM box AS a', 'FROM box AS a', 'RUN true']),
  steps(['FROM box AS a', 'COPY --from=a /etc/passwd /b']),
  {
    run: steps(['FROM --platform=nosuch box']),
    differs: { why: 'Docker quotes the line twice', where: /^Dockerfile:1$|^-+$|^ \d \| / },
  },
  steps(['FROM --nosuch box']),
  'rm -f Dockerfile; steps docker build .',
  'printf "" >Dockerfile; steps docker build .',
  'printf "# only a comment\\n" >Dockerfile; steps docker build .',
  'printf "FROM box\\n" >Dockerfile; steps docker build -f nosuch .; steps docker build -f ../nosuch .',
  `${dockerfile('FROM box')}; steps docker build --build-arg . ; docker build -t UPPER . 2>&1; docker build --platform x/y/z/w . 2>&1 | tail -1`,
  `${dockerfile('# escape=x', 'FROM box')}; steps docker build .`,
  `${dockerfile('# escape=`', '# escape=`', 'FROM box')}; steps docker build .`,
  `${dockerfile('FROM $A', 'RUN true')}; steps docker build .; steps docker build --build-arg A=box .`,
]);
