// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { expect, test } from 'vitest';
import { BuildArgs } from '../../build/build-args.ts';
import { ignorePatterns } from '../../build/ignore.ts';
import { neededPlan } from '../frontend/needed-plan.ts';
import { parseDefinition } from '../frontend/parsed-definition.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { checkOptions } from './check-options.ts';
import { checkPlan } from './check-plan.ts';
import { Report } from './report.ts';
import { type DescribedImage, walkStages } from './walk-stages.ts';

interface Given {
  readonly args?: Readonly<Record<string, string>>;
  readonly ignored?: string;
  readonly target?: string;
  readonly check?: string;
  /** What stages begin with that don't begin with `scratch`. */
  readonly image?: DescribedImage;
}

const box: DescribedImage = { os: 'linux', architecture: 'amd64', config: { Env: ['PATH=/bin'] } };

/** The warnings of a build, as `line rule: message`, and then its error. */
async function check(
  text: string,
  { args = {}, ignored = '', target = '', check, image }: Given = {},
) {
  const warnings: string[] = [];
  const report = new Report(checkOptions(text, check), ({ rule, message, lines: [first, last] }) =>
    warnings.push(`${first}${last > first ? `-${last}` : ''} ${rule}: ${message}`),
  );
  const attributes = Object.entries(args).map(([name, value]) => [`build-arg:${name}`, value]);
  const request = readFrontendRequest({ ...Object.fromEntries(attributes), target });
  const definition = { text, filename: 'Dockerfile', ignore: undefined, vertex: '' };
  const job = { request: { Entitlements: [] as string[] } } as never;
  try {
    const { dockerfile } = await parseDefinition(definition, job, report);
    const platform = { os: 'linux', architecture: 'amd64' };
    checkPlan(dockerfile, { ...request, isReplaced: () => false }, platform, report);
    const values = new BuildArgs(request.buildArgs, platform);
    const { stages, all } = neededPlan(dockerfile, request, values);
    const images = stages.map(({ base }) =>
      base === 'box' || image ? { name: base, image: image ?? box, platform } : undefined,
    );
    walkStages(stages, (stage) => images[stage], {
      ...{ escapeChar: dockerfile.escapeChar, given: request.buildArgs, report },
      ...{ globals: values.globals(), ignores: ignorePatterns(ignored), all },
    });
    report.failIfWarned();
  } catch (error) {
    warnings.push(`error: ${error instanceof Error ? error.message : error}`);
  }
  return warnings;
}

const lines = (...text: readonly string[]) => `${text.join('\n')}\n`;

test.each<[string, string[], string[], Given?]>([
  [
    'nothing after a wrong signal, which is found before any step runs',
    ['FROM scratch', 'STOPSIGNAL $A', 'RUN []', 'WORKDIR w'],
    ["2 UndefinedVar: Usage of undefined variable '$A'", 'error: invalid signal: '],
  ],
  [
    'nothing after a wrong port',
    ['FROM scratch', 'ARG A=x', 'EXPOSE $A', 'WORKDIR w'],
    ['error: invalid containerPort: x'],
  ],
  [
    'nothing after a wrong mode',
    ['FROM scratch', 'ARG A=9', 'COPY --chmod=$A a /a', 'WORKDIR w'],
    ["error: invalid chmod parameter: '9'. it should be octal string and between 0 and 07777"],
  ],
  [
    'nothing after a wrong source',
    ['FROM scratch', 'ARG A=http://x/y', 'COPY $A /a', 'WORKDIR w'],
    ["error: source can't be a URL for COPY"],
  ],
  [
    'nothing after an empty volume',
    ['FROM scratch', 'ARG A=', 'VOLUME $A', 'WORKDIR w'],
    ['error: VOLUME specified can not be an empty string'],
  ],
  [
    'names of stages with capitals',
    ['FROM scratch AS Bad', 'FROM scratch AS good'],
    ["1 StageNameCasing: Stage name 'Bad' should be lowercase"],
  ],
  [
    'AS in another case than FROM',
    ['FROM scratch as a', 'FROM scratch AS b'],
    ["1 FromAsCasing: 'as' and 'FROM' keywords' casing do not match"],
  ],
  [
    'the same the other way round',
    ['from scratch AS a', 'from scratch as b'],
    ["1 FromAsCasing: 'AS' and 'from' keywords' casing do not match"],
  ],
  [
    'empty lines inside an instruction, at its last line',
    ['FROM scratch', 'COPY f \\', '', '# comment', '.', 'COPY f \\', '.'],
    ['5 NoEmptyContinuation: Empty continuation line'],
  ],
  [
    'a keyword in two cases',
    ['From scratch AS a', 'FROM scratch'],
    [
      "1 ConsistentInstructionCasing: Command 'From' should match the case of the command majority (uppercase)",
    ],
  ],
  [
    'keywords in the case of the fewer',
    ['from scratch', 'COPY a /', 'copy a /'],
    [
      "2 ConsistentInstructionCasing: Command 'COPY' should match the case of the command majority (lowercase)",
    ],
  ],
  ['no keyword inside a document', ['FROM box', "RUN <<'E'", 'env', 'E'], []],
  [
    'two stages of one name',
    ['FROM scratch AS b', 'FROM scratch AS b'],
    ['2 DuplicateStageName: Duplicate stage name "b", stage names should be unique'],
  ],
  [
    'names that mean something else',
    ['FROM scratch AS scratch', 'FROM scratch AS context'],
    [
      '1 ReservedStageName: Stage name should not use the same name as reserved stage "scratch"',
      '2 ReservedStageName: Stage name should not use the same name as reserved stage "context"',
    ],
  ],
  [
    'commands for the shell',
    ['FROM scratch', 'CMD run', 'ENTRYPOINT run'],
    [
      '2 JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals',
      '3 JSONArgsRecommended: JSON arguments recommended for ENTRYPOINT to prevent unintended behavior related to OS signals',
    ],
  ],
  ['no commands for a chosen shell', ['FROM scratch', 'SHELL ["/s"]', 'CMD run'], []],
  [
    'no commands for the shell of an earlier stage',
    ['FROM scratch AS a', 'SHELL ["/s"]', 'FROM a', 'CMD run'],
    [],
  ],
  [
    'MAINTAINER',
    ['FROM scratch', 'MAINTAINER me'],
    ['2 MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label'],
  ],
  [
    'the lines before a mistake',
    ['FROM scratch AS Bad', 'COPY x'],
    ["1 StageNameCasing: Stage name 'Bad' should be lowercase", expect.stringContaining('error: ')],
  ],
  [
    'mounts that appear at the root',
    [
      'FROM box AS a',
      'WORKDIR d',
      'RUN --mount=type=tmpfs x',
      'WORKDIR ..',
      'RUN --mount=from=b x',
    ],
    [
      '2 WorkdirRelativePath: Relative workdir "d" can have unexpected results if the base image changes',
      'error: invalid mount target "/"',
    ],
  ],
  [
    'a mount without a target in the directory of the base image',
    ['FROM box', 'RUN --mount=type=cache x'],
    [],
    { image: { ...box, config: { WorkingDir: '/app' } } },
  ],
  [
    'a mount at the root by a variable',
    ['FROM box', 'ARG T=/', 'RUN --mount=type=cache,target=$T x'],
    ['error: invalid mount target "/"'],
  ],
  [
    'an empty mount',
    ['FROM box', 'RUN --mount= x'],
    ['error: dockerfile parse error on line 2: failed to parse csv mounts: EOF'],
  ],
  [
    'a copy from a stage after the target',
    ['FROM box AS a', 'COPY --from=1 x /', 'FROM box AS b'],
    ['error: cannot copy from stage "1", it needs to be defined before current stage "a"'],
    { target: 'a' },
  ],
  [
    'a mount from a stage after the target',
    ['FROM box AS a', 'RUN --mount=from=b,target=/t x', 'FROM box AS b'],
    [
      'error: cannot mount from stage "b" to "/t", stage needs to be defined before current command',
    ],
    { target: 'a' },
  ],
  [
    'the lines before an unknown instruction',
    ['FROM scratch AS Bad', 'MAINTAINER me', 'BADCMD'],
    [
      "1 StageNameCasing: Stage name 'Bad' should be lowercase",
      '2 MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label',
      expect.stringContaining(
        'error: dockerfile parse error on line 3: unknown instruction: BADCMD',
      ),
    ],
  ],
  [
    'variables of FROM that nothing declares',
    ['ARG tag=latest', 'FROM box:${tag}${version}'],
    ["2 UndefinedArgInFrom: FROM argument 'version' is not declared"],
  ],
  [
    'a misspelt platform, which is an error too',
    ['FROM --platform=$BULIDPLATFORM scratch'],
    [
      "1 UndefinedArgInFrom: FROM argument 'BULIDPLATFORM' is not declared (did you mean BUILDPLATFORM?)",
      'error: empty platform value from expression $BULIDPLATFORM (did you mean BUILDPLATFORM?)',
    ],
  ],
  [
    'a platform with an empty part',
    ['ARG MY_ARCH=amd64', 'FROM --platform=linux/${MYARCH} box'],
    [
      "2 UndefinedArgInFrom: FROM argument 'MYARCH' is not declared (did you mean MY_ARCH?)",
      'error: failed to parse platform linux/${MYARCH}: "" is an invalid component of "linux/": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument (did you mean MY_ARCH?)',
    ],
  ],
  [
    'a platform that doesn’t exist',
    ['FROM --platform=nosuch scratch'],
    [
      'error: failed to parse platform nosuch: "nosuch": unknown operating system or architecture: invalid argument',
    ],
  ],
  [
    'a variable that must be set, and the error',
    ['FROM scratch', 'ENV A=${B?must}'],
    [
      "2 UndefinedVar: Usage of undefined variable '$B'",
      'error: failed to process "${B?must}": B: must',
    ],
  ],
  [
    'a variable with a wrong modifier, and the error',
    ['FROM scratch', 'ENV A=${B:x}'],
    [
      "2 UndefinedVar: Usage of undefined variable '$B'",
      'error: failed to process "${B:x}": unsupported modifier (:x) in substitution',
    ],
  ],
  [
    'nothing but braces without an end',
    ['FROM scratch', 'ENV A=${B'],
    ['error: failed to process "${B": unsupported modifier (\uFFFD) in substitution'],
  ],
  [
    'a stage that needs itself, with its name',
    ['FROM scratch AS a', 'COPY --from=a x /'],
    ['error: circular dependency detected on stage: a'],
  ],
  [
    'nothing but the circle of stages that need each other',
    ['FROM scratch AS a', 'COPY --from=b x /', 'FROM scratch AS b', 'COPY --from=a x /'],
    ['error: circular dependency detected on stage: a'],
  ],
  [
    'nothing but a stage that is defined too late',
    ['FROM scratch AS a', 'COPY --from=b x /', 'FROM scratch AS b', 'FROM a'],
    ['error: cannot copy from stage "b", it needs to be defined before current stage "a"'],
  ],
  [
    'nothing but a missing stage',
    ['FROM scratch', 'COPY --from=7 x /'],
    ['error: invalid stage index 7'],
  ],
  [
    'nothing but a mistyped target',
    ['FROM scratch AS build', 'FROM scratch'],
    ['error: target stage "bulid" could not be found (did you mean build?)'],
    { target: 'bulid' },
  ],
  [
    'nothing but the number of a stage as a target',
    ['FROM scratch AS build', 'FROM scratch'],
    ['error: target stage "0" could not be found'],
    { target: '0' },
  ],
  [
    'nothing after a name that isn’t valid',
    ['FROM scratch AS a:b', 'FROM scratch as c'],
    [
      'error: dockerfile parse error on line 1: invalid name for build stage: "a:b", name can\'t start with a number or contain symbols',
    ],
  ],
  [
    'nothing before a value that is missing',
    ['FROM scratch as c', 'NOSUCH x', 'ENV A'],
    ['error: ENV must have two arguments'],
  ],
  [
    'nothing after an instruction without a stage',
    ['RUN x', 'FROM scratch as c'],
    ['error: no build stage in current context'],
  ],
  [
    'nothing but a shell without words',
    ['FROM scratch', 'SHELL []'],
    ['error: dockerfile parse error on line 2: SHELL requires at least one argument'],
  ],
  [
    'nothing but the lack of stages',
    ['ARG a=b'],
    ['error: dockerfile contains no stages to build'],
  ],
  [
    'no default that isn’t needed',
    ['ARG FOO=${FOO:?missing}', 'FROM box'],
    [],
    { args: { FOO: 'bar' } },
  ],
  ['no declared variable without a value', ['ARG D', 'FROM scratch${D}'], []],
  ['no variable with a default', ['ARG D', 'FROM scra${D:-tch}'], []],
  [
    'a relative directory before any absolute one',
    ['FROM scratch', 'WORKDIR app/', 'WORKDIR more'],
    [
      '2 WorkdirRelativePath: Relative workdir "app/" can have unexpected results if the base image changes',
    ],
  ],
  [
    'no relative directory below an absolute directory of an earlier stage',
    ['FROM scratch AS a', 'WORKDIR /app', 'FROM a', 'WORKDIR sub'],
    [],
  ],
  [
    'variables before their declaration',
    ['FROM box', 'COPY $foo .', 'ARG foo=bar', 'RUN echo $foo'],
    ["2 UndefinedVar: Usage of undefined variable '$foo'"],
  ],
  [
    'misspelt variables',
    ['FROM box', 'ARG DIR_ASSETS=a', 'COPY $DIR_ASSET .', 'ENV PATH=$PAHT:/x'],
    [
      "3 UndefinedVar: Usage of undefined variable '$DIR_ASSET' (did you mean $DIR_ASSETS?)",
      "4 UndefinedVar: Usage of undefined variable '$PAHT' (did you mean $PATH?)",
    ],
  ],
  [
    'variables in documents, mounts, labels and flags',
    [
      ...['FROM box', 'COPY <<E /x', '$a', 'E', 'RUN --mount=type=cache,id=$b,target=/x true'],
      ...[
        'LABEL l=$c',
        'COPY --chown=$d x /',
        'USER $e',
        'VOLUME /v$f',
        "COPY <<'E' /x",
        '$g',
        'E',
      ],
    ],
    [
      "2-4 UndefinedVar: Usage of undefined variable '$a'",
      "5 UndefinedVar: Usage of undefined variable '$b'",
      "6 UndefinedVar: Usage of undefined variable '$c'",
      "7 UndefinedVar: Usage of undefined variable '$d'",
      "8 UndefinedVar: Usage of undefined variable '$e'",
      "9 UndefinedVar: Usage of undefined variable '$f'",
    ],
  ],
  [
    'a variable with a suggestion: the one that was set first, where a later value counts',
    ['FROM scratch', 'ENV B=1 C=1', 'ENV B=2', 'LABEL l=$A'],
    ["4 UndefinedVar: Usage of undefined variable '$A' (did you mean $C?)"],
  ],
  [
    'a variable with a suggestion: an argument of the stage before comes before the image’s',
    ['FROM scratch AS s', 'ENV C=1', 'ARG B=1', 'FROM s', 'LABEL l=$A'],
    ["5 UndefinedVar: Usage of undefined variable '$A' (did you mean $B?)"],
  ],
  ['no variable that a stage inherits', ['FROM box AS a', 'ARG f=x', 'FROM a', 'COPY $f .'], []],
  ['no argument without a value', ['FROM scratch', 'ARG foo', 'COPY D${foo} .'], []],
  [
    'instructions of which only the last counts',
    [
      ...['FROM scratch', 'ENTRYPOINT ["/a"]', 'CMD ["/a"]', 'HEALTHCHECK CMD ["/a"]'],
      ...['COPY <<E /a', 'text', 'E', 'ENTRYPOINT ["/b"]', 'CMD ["/b"]', 'HEALTHCHECK NONE'],
    ],
    [
      '2 MultipleInstructionsDisallowed: Multiple ENTRYPOINT instructions should not be used in the same stage because only the last one will be used',
      '3 MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used',
      '4 MultipleInstructionsDisallowed: Multiple HEALTHCHECK instructions should not be used in the same stage because only the last one will be used',
    ],
  ],
  [
    'the old form of ENV and LABEL',
    ['FROM scratch', 'ENV a b', 'label a b', 'ENV a=b'],
    [
      "3 ConsistentInstructionCasing: Command 'label' should match the case of the command majority (uppercase)",
      '2 LegacyKeyValueFormat: "ENV key=value" should be used instead of legacy "ENV key value" format',
      '3 LegacyKeyValueFormat: "label key=value" should be used instead of legacy "label key value" format',
    ],
  ],
  [
    'nothing in stages that the target doesn’t need',
    ['FROM scratch AS a', 'ENV a b', 'FROM scratch'],
    [],
  ],
  [
    'a platform that is the default',
    ['FROM --platform=$TARGETPLATFORM scratch AS a', 'FROM --platform=${TARGETPLATFORM} scratch'],
    [
      '1 RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
      '2 RedundantTargetPlatform: Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as this is the default behavior',
    ],
  ],
  [
    'a constant platform, unless the stage is named after it',
    [
      'FROM --platform=linux/amd64 scratch',
      'FROM --platform=linux/amd64 scratch AS my_amd64_stage',
      'FROM --platform=linux/amd64 scratch AS linux',
    ],
    [
      '1 FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value "linux/amd64"',
    ],
  ],
  [
    'names of secrets',
    [
      ...['FROM scratch', 'ARG SECRET_PASSPHRASE', 'ENV password=bar secret=baz', 'ARG a_TOKEN=1'],
      ...['ENV apikey=bar sunflower=foo', 'ENV PUBLIC_KEY=', 'ARG public_token', 'ENV KEYS=1'],
    ],
    [
      '2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "SECRET_PASSPHRASE")',
      '3 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV "password")',
      '3 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV "secret")',
      '4 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "a_TOKEN")',
      '5 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV "apikey")',
    ],
  ],
  [
    'base images that only build arguments name',
    ['ARG VERSION', 'FROM box:$VERSION AS a', 'ARG IMAGE', 'FROM box:latest'],
    [
      '2 InvalidDefaultArgInFrom: Default value for ARG box:$VERSION results in empty or invalid base image name',
    ],
    { args: { VERSION: 'latest' } },
  ],
  [
    'another platform than the wanted one',
    ['FROM box'],
    [
      '1 InvalidBaseImagePlatform: Base image box was pulled with platform "linux/arm64", expected "linux/amd64" for current build',
    ],
    { image: { ...box, architecture: 'arm64' } },
  ],
  [
    'protocols of ports',
    ['FROM scratch', 'EXPOSE 80/TcP 8080/TCP 8080/udp'],
    [
      "2 ExposeProtoCasing: Defined protocol '80/TcP' in EXPOSE instruction should be lowercase",
      "2 ExposeProtoCasing: Defined protocol '8080/TCP' in EXPOSE instruction should be lowercase",
    ],
  ],
  [
    'ports of the host',
    ['FROM scratch', 'EXPOSE 127.0.0.1:80:80 [::1]:8080:8080 5000:5000 8000'],
    [
      "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'",
      "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '5000:5000'",
      "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '[::1]:8080:8080'",
    ],
  ],
  [
    'ONBUILD instructions of the base image at the FROM',
    ['FROM box', 'WORKDIR /w'],
    ["1 UndefinedVar: Usage of undefined variable '$none'"],
    { image: { ...box, config: { OnBuild: ['COPY $none /'] } } },
  ],
  [
    'ignored files, if asked for',
    ['# check=experimental=CopyIgnoredFile', 'FROM scratch', 'COPY f .', 'ADD f /', 'COPY g .'],
    [
      '3 CopyIgnoredFile: Attempting to Copy file "f" that is excluded by .dockerignore',
      '4 CopyIgnoredFile: Attempting to Add file "f" that is excluded by .dockerignore',
    ],
    { ignored: 'f\n' },
  ],
  ['no ignored files otherwise', ['FROM scratch', 'COPY f .'], [], { ignored: 'f\n' }],
  [
    'comments that describe something else, if asked for',
    [
      ...['# check=experimental=InvalidDefinitionDescription', '# bar the bar', 'ARG foo=bar'],
      ...['# BasE the base', 'FROM scratch AS base', '# bad', 'ARG foo=baz bar=qux'],
      ...['# bar the bar', 'ARG foo=baz bar=qux', '# other', '#', 'ARG bit', '# any', 'COPY a /'],
    ],
    [
      '3 InvalidDefinitionDescription: Comment for ARG should follow the format: `# foo <description>`',
      '5 InvalidDefinitionDescription: Comment for FROM should follow the format: `# base <description>`',
      '7 InvalidDefinitionDescription: Comment for ARG should follow the format: `# <arg_key> <description>`',
    ],
  ],
])('warns about %s', async (_, dockerfile, expected, given) => {
  expect(await check(lines(...dockerfile), given)).toEqual(expected);
});

const casing = (...first: readonly string[]) => lines(...first, 'FROM scratch as base', 'copy D .');
const as = "2 FromAsCasing: 'as' and 'FROM' keywords' casing do not match";

test.each<[string, string[], string?]>([
  ['skip=all', []],
  ['skip=all;error=true', []],
  ['skip=ConsistentInstructionCasing, FromAsCasing', ['error']],
  ['skip=ConsistentInstructionCasing,FromAsCasing', []],
  ['skip=ConsistentInstructionCasing', [as]],
  [
    'skip=ConsistentInstructionCasing;error=true',
    [as, 'error: lint violation found for rules: FromAsCasing'],
  ],
  [
    'skip=all',
    [as, 'error: lint violation found for rules: FromAsCasing'],
    'skip=ConsistentInstructionCasing;error=true',
  ],
  ['error=true', [], 'skip=all'],
])('the line check=%s leaves %j', async (line, expected, argument) => {
  const found = await check(
    casing(`#check=${line}`),
    argument === undefined ? {} : { check: argument },
  );
  // What follows a blank isn't an option, so the second rule isn't skipped.
  expect(found).toEqual(expected[0] === 'error' ? [as] : expected);
});

test.each([
  ['bad', 'invalid check option "bad"'],
  ['bad=1', 'invalid check option "bad"'],
  [
    'error=maybe',
    'failed to parse check option "error=maybe": strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
])('the options %s are a mistake', (options, reason) => {
  expect(() => checkOptions(`# check=${options}\nFROM x`, undefined)).toThrow(
    `failed to parse check options: ${reason}`,
  );
  expect(() => checkOptions('FROM x', options)).toThrow(
    `failed to parse build-arg:BUILDKIT_DOCKERFILE_CHECK: ${reason}`,
  );
});

test('many comments above an instruction are read in linear time', async () => {
  const text = `${'# a comment\n'.repeat(300_000)}FROM box\n`;
  const begun = process.cpuUsage();
  expect(await check(text)).toEqual([]);
  const { user } = process.cpuUsage(begun);
  expect(user / 1000).toBeLessThan(3000);
});
