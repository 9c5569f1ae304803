import { type Case, lines } from '../case.ts';

/** A script that builds a base image first. */
const base = (name: string, ...dockerfile: readonly string[]) =>
  `cat >base.df <<'BASE'\n${lines(...dockerfile)}BASE\ndocker build -q -t ${name} -f base.df . >/dev/null`;

export const onbuildCases: readonly Case[] = [
  {
    test: 'testOnBuildCleared',
    dockerfile: lines('FROM corpus-child AS base', 'FROM scratch', 'COPY --from=base /out /'),
    before: `${base('corpus-onbuild', 'FROM busybox', 'ONBUILD RUN mkdir -p /out && echo -n 11 >>/out/foo')}\n${base('corpus-child', 'FROM corpus-onbuild')}`,
    out: { foo: '11' },
  },
  {
    test: 'testOnBuildWithChildStage',
    dockerfile: lines(
      ...['FROM corpus-once AS base', 'RUN [ -f /out/ran ] && touch /step1', 'RUN rm /out/ran'],
      ...['FROM base AS child', 'RUN [ ! -f /out/ran ] && touch /step3'],
      ...['FROM scratch', 'COPY --from=child /step* /'],
    ),
    before: base('corpus-once', 'FROM busybox', 'ONBUILD RUN mkdir -p /out && touch /out/ran'),
    out: { step1: '', step3: '' },
  },
  {
    test: 'testOnBuildInheritedStageRun',
    dockerfile: lines(
      ...['FROM busybox AS base', 'ONBUILD RUN mkdir -p /out && echo -n 11 >>/out/foo'],
      ...['FROM base AS mid', 'RUN cp /out/foo /out/bar', 'FROM scratch'],
      'COPY --from=mid /out/bar /',
    ),
    out: { bar: '11' },
  },
  {
    test: 'testOnBuildInheritedStageWithFrom',
    dockerfile: lines(
      ...['FROM alpine AS src', 'RUN mkdir -p /in && echo -n 12 >/in/file', 'FROM busybox AS base'],
      ...['ONBUILD COPY --from=src /in/file /out/foo', 'FROM base AS mid'],
      ...['RUN cp /out/foo /out/bar', 'FROM scratch', 'COPY --from=mid /out/bar /'],
    ),
    out: { bar: '12' },
  },
  {
    test: 'testOnBuildNewDeps',
    dockerfile: lines(
      ...['FROM corpus-deps AS base', 'RUN cat /out/r2 >/out/r3', 'FROM scratch'],
      'COPY --from=base /out /',
    ),
    before: base(
      'corpus-deps',
      'FROM busybox',
      'ONBUILD COPY --from=alpine /etc/alpine-release /out/r2',
    ),
    out: { r3: '3.20\n' },
  },
  {
    test: 'testOnBuildNewDeps',
    about: 'a mount from a stage of the child',
    dockerfile: lines(
      ...['FROM busybox AS inputstage', 'RUN echo -n foo >/foo', 'FROM corpus-deps2 AS base'],
      ...['RUN echo -n bar3 >/out/bar3', 'FROM scratch', 'COPY --from=base /out /'],
    ),
    before: base(
      ...(['corpus-deps2', 'FROM busybox'] as const),
      'ONBUILD RUN --mount=type=bind,target=/in,from=inputstage mkdir /out && cat /in/foo >/out/bar',
    ),
    out: { bar: 'foo', bar3: 'bar3' },
  },
  {
    test: 'testOnBuildWithCacheMount',
    dockerfile: lines(
      'FROM corpus-cached',
      'RUN --mount=type=cache,id=onbuild,target=/cache [ "$(cat /cache/foo)" = 42 ] && [ "$(cat /bar)" = 11 ]',
    ),
    before: base(
      ...(['corpus-cached', 'FROM busybox'] as const),
      'ONBUILD RUN --mount=type=cache,id=onbuild,target=/cache echo -n 42 >>/cache/foo && echo -n 11 >>/bar',
    ),
  },
  {
    test: 'testOnBuildNamedContext',
    dockerfile: lines(
      ...['FROM alpine AS otherstage', 'RUN echo -n hello >/testfile', 'FROM base AS inputstage'],
      ...['FROM scratch', 'COPY --from=inputstage /out/foo /bar'],
    ),
    before: base(
      'corpus-named',
      'FROM busybox',
      'ONBUILD COPY --from=otherstage /testfile /out/foo',
    ),
    flags: '--build-context base=docker-image://corpus-named',
    out: { bar: 'hello' },
  },
  {
    test: 'testOnBuildHeredoc',
    dockerfile: lines('FROM corpus-heredoc AS base', 'FROM scratch', 'COPY --from=base /dest /'),
    before: base(
      ...([
        'corpus-heredoc',
        'FROM busybox',
        'ONBUILD RUN <<EOF',
        'echo hello >>/dest',
        'EOF',
      ] as const),
    ),
    out: { dest: 'hello\n' },
  },
];
