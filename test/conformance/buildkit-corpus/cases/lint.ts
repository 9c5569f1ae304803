// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

type More = Partial<Pick<Case, 'flags' | 'files' | 'about'>>;

/** What a check warns about: `line rule`. */
const lint = (
  test: string,
  dockerfile: readonly string[],
  warns: readonly string[],
  more: More = {},
): Case => ({ test, dockerfile: lines(...dockerfile), warns, ...more });

const casing =
  (about: string, ...dockerfile: readonly string[]) =>
  (line?: number) =>
    lint(
      'testConsistentInstructionCasing',
      dockerfile,
      line === undefined ? [] : [`${line} ConsistentInstructionCasing`],
      { about },
    );
const option = (line: string, warns: readonly string[], flags = ''): Case =>
  lint(
    'testRuleCheckOption',
    [`#check=${line}`, 'FROM scratch as base', 'copy Dockerfile .'],
    warns,
    {
      about: `${line} ${flags}`,
      flags,
    },
  );
const as = '2 FromAsCasing';
const argument = (value: string) => `--build-arg BUILDKIT_DOCKERFILE_CHECK='${value}'`;

export const lintCases: readonly Case[] = [
  option('skip=all', []),
  option('skip=all;error=true', []),
  option('skip=ConsistentInstructionCasing,FromAsCasing', []),
  option('skip=ConsistentInstructionCasing,FromAsCasing;error=true', []),
  option('skip=ConsistentInstructionCasing', [as]),
  option('skip=ConsistentInstructionCasing;error=true', [
    ...[as, 'error lint violation found for rules: FromAsCasing'],
  ]),
  option(
    'skip=all',
    [as, 'error lint violation found for rules: FromAsCasing'],
    argument('skip=ConsistentInstructionCasing;error=true'),
  ),
  option('error=true', [], argument('skip=all')),
  lint(
    'testStageName',
    ['FROM scratch AS BadStageName', 'FROM scratch as base2', 'FROM scratch AS base3'],
    ['1 StageNameCasing', '2 FromAsCasing'],
  ),
  lint('testStageName', ['from scratch AS base', 'from scratch as base2'], ['1 FromAsCasing'], {
    about: 'in lower case',
  }),
  lint(
    'testNoEmptyContinuation',
    ['FROM scratch', 'COPY Dockerfile \\', '', '.', 'COPY Dockerfile \\', '.'],
    ['4 NoEmptyContinuation'],
  ),
  casing('mixed, upper', 'From scratch as base', 'FROM scratch AS base2')(1),
  casing('lower among upper', 'FROM scratch', 'copy Dockerfile /foo', 'COPY Dockerfile /bar')(2),
  casing('mixed, lower', 'frOM scratch as base', 'from scratch as base2')(1),
  casing('upper among lower', 'from scratch', 'COPY Dockerfile /foo', 'copy Dockerfile /bar')(2),
  casing('a lower FROM', 'from scratch', 'COPY Dockerfile /a', 'COPY Dockerfile /b')(1),
  casing('an upper FROM', 'FROM scratch', 'copy Dockerfile /a', 'copy Dockerfile /b')(1),
  casing('all lower', 'from scratch', 'copy Dockerfile /a')(),
  casing('all upper', 'FROM scratch', 'COPY Dockerfile /a')(),
  casing('a document', 'FROM busybox', "RUN <<'EOT'", 'env', 'EOT')(),
  lint(
    'testDuplicateStageName',
    ['FROM scratch AS b', 'FROM scratch AS b'],
    ['2 DuplicateStageName'],
  ),
  lint('testDuplicateStageName', ['FROM scratch AS b1', 'FROM scratch AS b2'], [], {
    about: 'none',
  }),
  lint(
    'testReservedStageName',
    ['FROM scratch AS scratch', 'FROM scratch AS context'],
    ['1 ReservedStageName', '2 ReservedStageName'],
  ),
  lint('testReservedStageName', ['FROM scratch', 'FROM scratch AS a'], [], { about: 'none' }),
  lint('testJSONArgsRecommended', ['FROM scratch', 'CMD mycommand'], ['2 JSONArgsRecommended']),
  lint('testJSONArgsRecommended', ['FROM scratch', 'ENTRYPOINT my'], ['2 JSONArgsRecommended'], {
    about: 'ENTRYPOINT',
  }),
  lint('testJSONArgsRecommended', ['FROM scratch', 'SHELL ["/sh"]', 'CMD my'], [], {
    about: 'SHELL',
  }),
  lint(
    'testJSONArgsRecommended',
    ['FROM scratch AS base', 'SHELL ["/sh"]', 'FROM base', 'ENTRYPOINT my'],
    [],
    { about: 'SHELL of a stage' },
  ),
  lint('testMaintainerDeprecated', ['FROM scratch', 'MAINTAINER me'], ['2 MaintainerDeprecated']),
  lint(
    'testMaintainerDeprecated',
    ['FROM scratch', 'LABEL org.opencontainers.image.authors=me'],
    [],
    {
      about: 'a label',
    },
  ),
  lint(
    'testWarningsBeforeError',
    ['FROM scratch AS BadStageName', 'MAINTAINER me', 'BADCMD'],
    [
      ...['1 StageNameCasing', '2 MaintainerDeprecated'],
      'error dockerfile parse error on line 3: unknown instruction: BADCMD',
    ],
  ),
  lint('testUndeclaredArg', ['ARG base=scratch', 'FROM $base', 'COPY Dockerfile .'], []),
  lint(
    'testUndeclaredArg',
    ['ARG BUILDPLATFORM=linux/amd64', 'FROM --platform=$BUILDPLATFORM scratch'],
    [],
    { about: 'a platform' },
  ),
  lint('testUndeclaredArg', ['FROM --platform=$BUILDPLATFORM scratch'], [], {
    about: 'predefined',
  }),
  lint('testUndeclaredArg', ['ARG DEBUG', 'FROM scratch${DEBUG}'], [], { about: 'no value' }),
  lint('testUndeclaredArg', ['ARG DEBUG', 'FROM scra${DEBUG:-tch}'], [], { about: 'a default' }),
  lint('testUndeclaredArg', ['ARG DEBUG=""', 'FROM scratch${DEBUG-@bogus}'], [], {
    about: 'an unused default',
  }),
  lint(
    'testUndeclaredArg',
    ['FROM --platform=$BULIDPLATFORM scratch'],
    [
      '1 UndefinedArgInFrom',
      'error empty platform value from expression $BULIDPLATFORM (did you mean BUILDPLATFORM?)',
    ],
    { about: 'misspelt' },
  ),
  lint(
    'testUndeclaredArg',
    ['ARG MY_OS=linux', 'ARG MY_ARCH=amd64', 'FROM --platform=linux/${MYARCH} busybox'],
    [
      '3 UndefinedArgInFrom',
      'error failed to parse platform linux/${MYARCH}: "" is an invalid component of "linux/": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument (did you mean MY_ARCH?)',
    ],
    { about: 'a part of a platform' },
  ),
  lint(
    'testUndeclaredArg',
    ['ARG tag=latest', 'FROM busybox:${tag}${version} AS b'],
    ['2 UndefinedArgInFrom'],
    {
      about: 'a tag',
    },
  ),
  lint('testWorkdirRelativePath', ['FROM scratch', 'WORKDIR app/'], ['2 WorkdirRelativePath']),
  lint(
    'testWorkdirRelativePath',
    ['FROM scratch AS a', 'WORKDIR /app', 'FROM a AS b', 'WORKDIR subdir/'],
    [],
    { about: 'below an absolute path' },
  ),
  lint('testUnmatchedVars', ['FROM scratch', 'ARG foo', 'COPY Dockerfile${foo} .'], []),
  lint(
    'testUnmatchedVars',
    ['FROM busybox AS base', 'ARG foo=Dockerfile', 'FROM base', 'COPY $foo .'],
    [],
    { about: 'inherited' },
  ),
  lint('testUnmatchedVars', ['FROM busybox', 'RUN echo $PATH'], [], { about: 'in a command' }),
  lint('testUnmatchedVars', ['FROM busybox', 'COPY $foo .', 'ARG foo=bar'], ['2 UndefinedVar'], {
    about: 'before its declaration',
  }),
  lint(
    'testUnmatchedVars',
    ['FROM busybox', 'ARG DIR_ASSETS=a/', 'COPY $DIR_ASSET .'],
    ['3 UndefinedVar'],
    {
      about: 'misspelt',
    },
  ),
  lint('testUnmatchedVars', ['FROM busybox', 'ENV PATH=$PAHT:/tmp/bin'], ['2 UndefinedVar'], {
    about: 'a misspelt PATH',
  }),
  lint(
    'testMultipleInstructionsDisallowed',
    [
      ...['FROM scratch', 'ENTRYPOINT ["/a"]', 'ENTRYPOINT ["/b"]', 'CMD ["/a"]', 'CMD ["/b"]'],
      ...['HEALTHCHECK CMD ["/a"]', 'HEALTHCHECK CMD ["/b"]'],
    ],
    [2, 4, 6].map((line) => `${line} MultipleInstructionsDisallowed`),
  ),
  lint(
    'testMultipleInstructionsDisallowed',
    ['FROM scratch', 'CMD ["/a"]', 'COPY <<EOF /a.txt', 'Hello', 'EOF', 'CMD ["/b"]'],
    ['2 MultipleInstructionsDisallowed'],
    { about: 'apart' },
  ),
  lint(
    'testMultipleInstructionsDisallowed',
    ['FROM scratch AS a', 'CMD ["/a"]', 'FROM a AS b', 'CMD ["/b"]'],
    [],
    { about: 'in two stages' },
  ),
  lint(
    'testLegacyKeyValueFormat',
    ['FROM scratch', 'ENV testkey value', 'LABEL key value'],
    ['2 LegacyKeyValueFormat', '3 LegacyKeyValueFormat'],
  ),
  lint('testLegacyKeyValueFormat', ['FROM scratch', 'ENV testkey=value', 'LABEL key=value'], [], {
    about: 'none',
  }),
  lint(
    'testLegacyKeyValueFormat',
    ['FROM scratch AS a', 'FROM a AS b', 'ENV testkey value', 'FROM a AS c'],
    ['3 LegacyKeyValueFormat'],
    { about: 'in a stage that nothing needs' },
  ),
  lint(
    'testAllTargetUnmarshal',
    ['FROM scratch AS first', 'COPY $foo .', 'FROM scratch AS second', 'COPY $bar .'],
    ['2 UndefinedVar', '4 UndefinedVar'],
  ),
  lint(
    'testRedundantTargetPlatform',
    ['FROM --platform=$TARGETPLATFORM scratch'],
    ['1 RedundantTargetPlatform'],
  ),
  lint(
    'testRedundantTargetPlatform',
    ['FROM --platform=${TARGETPLATFORM} scratch'],
    ['1 RedundantTargetPlatform'],
    {
      about: 'with braces',
    },
  ),
  lint(
    'testSecretsUsedInArgOrEnv',
    [
      ...['FROM scratch', 'ARG SECRET_PASSPHRASE', 'ENV SUPER_Secret=foo'],
      ...['ENV password=bar secret=baz', 'ARG super_duper_secret_token=foo auth=bar'],
      ...['ENV apikey=bar sunflower=foo', 'ENV git_key=', 'ENV PUBLIC_KEY=', 'ARG public_token'],
    ],
    [2, 3, 4, 4, 5, 5, 6, 7].map((line) => `${line} SecretsUsedInArgOrEnv`),
  ),
  lint(
    'testInvalidDefaultArgInFrom',
    ['ARG VERSION', 'FROM busybox:$VERSION'],
    ['2 InvalidDefaultArgInFrom'],
    {
      flags: '--build-arg VERSION=latest',
    },
  ),
  lint('testInvalidDefaultArgInFrom', ['ARG IMAGE', 'FROM $IMAGE'], ['2 InvalidDefaultArgInFrom'], {
    about: 'a whole name',
    flags: '--build-arg IMAGE=busybox:latest',
  }),
  lint(
    'testInvalidDefaultArgInFrom',
    ['ARG SFX="box:"', 'FROM busy${SFX}'],
    ['2 InvalidDefaultArgInFrom'],
    {
      about: 'an empty tag',
      flags: '--build-arg SFX=box:latest',
    },
  ),
  lint('testInvalidDefaultArgInFrom', ['ARG VERSION="latest"', 'FROM busybox:${VERSION}'], [], {
    about: 'a default',
    flags: '--build-arg VERSION=latest',
  }),
  lint(
    'testFromPlatformFlagConstDisallowed',
    ['FROM --platform=linux/amd64 scratch'],
    ['1 FromPlatformFlagConstDisallowed'],
  ),
  lint(
    'testFromPlatformFlagConstDisallowed',
    ['FROM --platform=linux/amd64 scratch AS my_amd64_stage'],
    [],
    {
      about: 'named after its architecture',
    },
  ),
  lint(
    'testFromPlatformFlagConstDisallowed',
    ['FROM --platform=linux/amd64 scratch AS linux'],
    [],
    {
      about: 'named after its system',
    },
  ),
  lint('testCopyIgnoredFiles', ['FROM scratch', 'COPY Dockerfile .'], [], {
    files: { '.dockerignore': 'Dockerfile\n' },
  }),
  lint(
    'testCopyIgnoredFiles',
    [
      '# check=experimental=CopyIgnoredFile',
      'FROM scratch',
      'COPY Dockerfile .',
      'ADD Dockerfile /w',
    ],
    ['3 CopyIgnoredFile', '4 CopyIgnoredFile'],
    { about: 'asked for', files: { '.dockerignore': 'Dockerfile\n' } },
  ),
  lint(
    'testCopyIgnoredFiles',
    ['# check=skip=all;experimental=CopyIgnoredFile', 'FROM scratch', 'COPY Dockerfile .'],
    ['3 CopyIgnoredFile'],
    { about: 'only', files: { '.dockerignore': 'Dockerfile\n' } },
  ),
  lint(
    'testDefinitionDescription',
    [
      ...['# check=experimental=InvalidDefinitionDescription', '# bar this is the bar'],
      ...[
        'ARG foo=bar',
        '# BasE this is it',
        'FROM scratch AS base',
        '# bad',
        'ARG version=latest',
      ],
      ...['# bad', 'ARG foo=baz bar=qux'],
    ],
    [3, 5, 7, 9].map((line) => `${line} InvalidDefinitionDescription`),
  ),
  lint(
    'testDefinitionDescription',
    [
      ...['# check=experimental=InvalidDefinitionDescription', '# foo this is the foo'],
      ...['ARG foo=bar', '# base this is it', 'FROM scratch AS base', '# any', '#', 'ARG bit=bat'],
      ...['# for something else', 'COPY Dockerfile .'],
    ],
    [],
    { about: 'none' },
  ),
  lint(
    'testExposeProtoCasing',
    ['FROM scratch', 'EXPOSE 80/TcP 8080/TCP 8080/udp'],
    [...['2 ExposeProtoCasing', '2 ExposeProtoCasing']],
  ),
  lint(
    'testExposeInvalidFormat',
    ['FROM scratch', 'EXPOSE 127.0.0.1:80:80 [::1]:8080:8080 5000:5000 8000'],
    [...['2 ExposeInvalidFormat', '2 ExposeInvalidFormat', '2 ExposeInvalidFormat']],
  ),
];
