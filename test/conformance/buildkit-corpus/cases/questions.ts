// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

const targets = lines(
  ...['# build defines stage for compiling the binary', 'FROM alpine AS build', 'RUN true'],
  ...['FROM busybox as second', 'RUN false', 'FROM alpine', 'RUN false'],
  ...['# binary returns the compiled binary', 'FROM second AS binary'],
);
/** Asks, and prints the answer without its lines. */
const ask = (test: string, call: string, dockerfile: string, prints: string, flags = ''): Case => ({
  ...{ test, dockerfile, prints },
  run: `docker build --call ${call} ${flags} . 2>/dev/null | sed "s/ *$//" | grep .`,
});

export const questionCases: readonly Case[] = [
  ask(
    'testTargetsList',
    'targets',
    targets,
    lines(
      ...[
        'TARGET           DESCRIPTION',
        'build            defines stage for compiling the binary',
      ],
      ...['second', 'binary (default) returns the compiled binary'],
    ),
  ),
  {
    test: 'testTargetsList',
    about: 'the lines',
    dockerfile: targets,
    run: 'docker build --call targets,format=json . 2>/dev/null | grep -A2 \'"start"\' | grep -o "[0-9]*" | tr "\\n" " "',
    prints: '2 4 6 9 ',
  },
  ask(
    'testTargetsDescribeDefinition',
    'subrequests.describe',
    'FROM scratch\n',
    lines(
      'NAME                 VERSION DESCRIPTION',
      'outline              1.0.0   List all parameters current build target supports',
      'targets              1.0.0   List all targets current build supports',
      'subrequests.describe 1.0.0   List available subrequest types',
    ),
  ),
  ask(
    'testOutlineArgs',
    'outline',
    lines(
      ...['ARG inherited=box', 'ARG inherited2=box2', 'ARG unused=abc${inherited2}'],
      ...['# sfx is a suffix', 'ARG sfx="usy${inherited}"', 'FROM b${sfx} AS first'],
      ...['# this is not assigned to anything', 'ARG FOO=123', '# BAR is a number', 'ARG BAR=456'],
      ...['FROM alpine${unused} AS second', 'ARG BAZ', 'FROM scratch AS third', 'ARG ABC=a'],
      ...['# target defines build target', 'FROM third AS target'],
      ...['COPY --from=first /etc/passwd /', 'FROM second'],
    ),
    lines(
      ...['TARGET:      target', 'DESCRIPTION: defines build target'],
      ...['BUILD ARG   VALUE    DESCRIPTION', 'inherited   box'],
      ...[
        'sfx         usybox   is a suffix',
        'FOO         123',
        'BAR         678      is a number',
      ],
      'ABC         a',
    ),
    '--target target --build-arg BAR=678',
  ),
  ask(
    'testOutlineSecrets',
    'outline',
    lines(
      'FROM busybox AS first',
      'RUN --mount=type=secret,target=/etc/passwd,required=true --mount=type=ssh true',
      ...[
        'FROM alpine AS second',
        'RUN --mount=type=secret,id=unused --mount=type=ssh,id=ssh2 true',
      ],
      ...['FROM scratch AS third', 'ARG BAR', 'RUN --mount=type=secret,id=second${BAR} true'],
      ...['FROM third AS target', 'COPY --from=first /foo /'],
      ...['RUN --mount=type=ssh,id=ssh3,required true', 'FROM second'],
    ),
    lines(
      ...['TARGET: target', 'BUILD ARG   VALUE   DESCRIPTION', 'BAR         678'],
      ...['SECRET      REQUIRED', 'passwd      true', 'second678', 'SSH       REQUIRED', 'default'],
      'ssh3      true',
    ),
    '--target target --build-arg BAR=678',
  ),
  {
    test: 'testOutlineRecursiveArgs',
    dockerfile: lines(
      ...['ARG FOO=123', 'ARG ABC=abc', 'ARG DEF=def', 'ARG FOO=${FOO}${ABC}', 'ARG BAR=${FOO}456'],
      ...['ARG FOO=${FOO}456${BAR}', 'FROM scratch', 'ARG FOO', 'ARG INFOO=123'],
      ...['ARG INBAR=${INFOO}456', 'ARG INFOO=${INFOO}456${INBAR}'],
    ),
    run: 'docker build --call outline . 2>/dev/null | sed "1d; s/ *$//; s/  */ /" | grep . | sort',
    prints: lines(
      ...['ABC abc', 'BAR 123abc456', 'FOO 123abc456123abc456', 'INBAR 123456'],
      'INFOO 123456123456',
    ),
  },
  {
    test: 'testOutlineDescribeDefinition',
    dockerfile: 'FROM scratch\n',
    run: 'docker build --call subrequests.describe,format=json . 2>/dev/null | grep -c frontend.outline',
    prints: '1\n',
  },
];
