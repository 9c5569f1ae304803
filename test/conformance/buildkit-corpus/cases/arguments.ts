// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

const trimmed = lines(
  ...['ARG image=idlebox', 'FROM busy${image#idle} AS build', 'ARG my'],
  ...['ENV my "my=${my:-def_val}"', 'ENV short "${my%%e*}"'],
  ...['RUN printf "%s|%s" "$my" "$short" >/out', 'FROM scratch', 'COPY --from=build /out /'],
);
const builtin = lines(
  ...['FROM busybox AS build', 'ARG FOO', 'ARG BAR', 'ARG BAZ=b'],
  ...['RUN echo -n $HTTP_PROXY::$NO_PROXY::$FOO::$BAR::$BAZ >/out'],
  ...['FROM scratch', 'COPY --from=build /out /'],
);
const stageName = lines(
  ...['FROM busybox AS base', 'RUN mkdir /o; echo -n "value:$TARGETSTAGE" >/o/first'],
  ...['ARG TARGETSTAGE', 'RUN echo -n "value:$TARGETSTAGE" >/o/second'],
  ...['FROM scratch AS foo', 'COPY --from=base /o/ /'],
  ...['FROM scratch', 'COPY --from=base /o/ /'],
);

export const argumentCases: readonly Case[] = [
  {
    test: 'testEmptyStringArgInEnv',
    dockerfile: lines(
      ...['FROM busybox AS build', 'ARG FOO', 'ARG BAR=', 'RUN env | grep "^FOO\\|^BAR" >/env'],
      ...['FROM scratch', 'COPY --from=build /env /'],
    ),
    out: { env: 'BAR=\n' },
  },
  { test: 'testDefaultEnvWithArgs', dockerfile: trimmed, out: { out: 'my=def_val|my=d' } },
  {
    test: 'testDefaultEnvWithArgs',
    about: 'an empty argument',
    dockerfile: trimmed,
    flags: '--build-arg my=',
    out: { out: 'my=def_val|my=d' },
  },
  {
    test: 'testDefaultEnvWithArgs',
    about: 'a given argument',
    dockerfile: trimmed,
    flags: '--build-arg my=override',
    out: { out: 'my=override|my=ov' },
  },
  {
    test: 'testEnvEmptyFormatting',
    dockerfile: lines('FROM busybox', 'ENV e foo%sbar', 'RUN [ "$e" = \'foo%sbar\' ]'),
  },
  {
    test: 'testQuotedMetaArgs',
    dockerfile: lines(
      ...['ARG a1="box"', 'ARG a2="$a1-foo"', 'FROM busy$a1 AS build', 'ARG a2'],
      ...['ARG a3="bar-$a2"', 'RUN echo -n $a3 >/out', 'FROM scratch', 'COPY --from=build /out .'],
    ),
    out: { out: 'bar-box-foo' },
  },
  {
    test: 'testGlobalArgErrors',
    dockerfile: lines('ARG FOO=${FOO:?"custom error"}', 'FROM busybox'),
    fails: 'FOO: custom error',
  },
  {
    test: 'testGlobalArgErrors',
    about: 'with the argument',
    dockerfile: lines('ARG FOO=${FOO:?"custom error"}', 'FROM busybox'),
    flags: '--build-arg FOO=bar',
  },
  {
    test: 'testArgDefaultExpansion',
    dockerfile: lines('FROM scratch', 'ARG FOO', 'ARG BAR=${FOO:?"foo missing"}'),
    fails: 'FOO: foo missing',
  },
  {
    test: 'testArgDefaultExpansion',
    about: 'with the argument that the default needs',
    dockerfile: lines('FROM scratch', 'ARG FOO', 'ARG BAR=${FOO:?"foo missing"}'),
    flags: '--build-arg FOO=123',
  },
  {
    test: 'testArgDefaultExpansion',
    about: 'without the need of a default',
    dockerfile: lines('FROM scratch', 'ARG FOO', 'ARG BAR=${FOO:?"foo missing"}'),
    flags: '--build-arg BAR=123',
  },
  {
    test: 'testMultiArgs',
    dockerfile: lines(
      ...['ARG a1="foo bar" a2=box', 'ARG a3="$a2-foo"', 'FROM busy$a2 AS build'],
      ...['ARG a3 a4="123 456" a1', 'RUN echo -n "$a1:$a3:$a4" >/out'],
      ...['FROM scratch', 'COPY --from=build /out .'],
    ),
    out: { out: 'foo bar:box-foo:123 456' },
  },
  {
    test: 'testTargetStageNameArg',
    dockerfile: stageName,
    flags: '--target foo',
    out: { first: 'value:', second: 'value:foo' },
  },
  {
    test: 'testTargetStageNameArg',
    about: 'the last stage has no name',
    dockerfile: stageName,
    out: { first: 'value:', second: 'value:default' },
  },
  {
    test: 'testTargetStageNameArg',
    about: 'the last stage has a name',
    dockerfile: `${stageName}FROM scratch AS final\nCOPY --from=base /o/ /\n`,
    out: { second: 'value:final' },
  },
  {
    test: 'testGlobalArg',
    dockerfile: lines('ARG tag=nosuchtag', 'FROM busybox:${tag}'),
    flags: '--build-arg tag=latest',
  },
  {
    test: 'testPlatformArgsImplicit',
    dockerfile: lines(
      ...['FROM scratch AS build-linux', 'COPY foo bar', 'FROM build-${TARGETOS}'],
      'COPY foo2 bar2',
    ),
    files: { foo: 'd0', foo2: 'd1' },
    out: { bar: 'd0', bar2: 'd1' },
  },
  {
    test: 'testPlatformArgsExplicit',
    dockerfile: lines(
      ...['FROM --platform=$BUILDPLATFORM busybox AS build', 'ARG TARGETPLATFORM', 'ARG TARGETOS'],
      'RUN mkdir /out && echo -n $TARGETPLATFORM >/out/platform && echo -n $TARGETOS >/out/os',
      ...['FROM scratch', 'COPY --from=build out .'],
    ),
    flags: '--platform darwin/ppc64le --build-arg TARGETOS=freebsd',
    out: { platform: 'darwin/ppc64le', os: 'freebsd' },
  },
  {
    test: 'testBuiltinArgs',
    dockerfile: builtin,
    flags: '--build-arg FOO=f --build-arg http_proxy=hp --build-arg NO_PROXY=np',
    out: { out: 'hp::np::f::::b' },
  },
  {
    test: 'testBuiltinArgs',
    about: 'a proxy is not part of the cache',
    dockerfile: builtin,
    run: 'docker build -q --build-arg FOO=g --build-arg http_proxy=one -o a . >/dev/null && docker build -q --build-arg FOO=g --build-arg http_proxy=two -o b . >/dev/null && docker build -q --build-arg FOO=h --build-arg http_proxy=two -o c . >/dev/null && cat a/out b/out c/out',
    prints: 'one::::g::::bone::::g::::btwo::::h::::b',
  },
  {
    test: 'testExposeExpansion',
    dockerfile: lines('FROM scratch', 'ARG PORTS="3000 4000/udp"', 'EXPOSE $PORTS', 'EXPOSE 5000'),
    after: 'docker image inspect -f "{{json .Config.ExposedPorts}}" $IMAGE',
    prints: '{"3000/tcp":{},"4000/udp":{},"5000/tcp":{}}\n',
  },
  {
    test: 'testDockerfileCopyFromArgs',
    dockerfile: lines('FROM scratch', 'COPY --from=$FOO . .'),
    fails:
      'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
  },
  {
    test: 'testDockerfileCheckHostname',
    dockerfile: lines(
      ...['FROM busybox', 'RUN cat /etc/hosts | grep foo', 'RUN hostname | grep foo'],
    ),
    flags: '--build-arg BUILDKIT_SANDBOX_HOSTNAME=foo',
  },
  {
    test: 'testEmptyStages',
    dockerfile: 'ARG foo=bar',
    fails: 'dockerfile contains no stages to build',
  },
  {
    test: 'testTargetMistype',
    dockerfile: lines('FROM scratch AS build', 'COPY Dockerfile /out', 'FROM scratch'),
    flags: '--target bulid',
    fails: ['target stage "bulid" could not be found', 'did you mean build?'],
  },
];
