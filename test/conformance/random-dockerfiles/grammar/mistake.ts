import type { Scope } from './scope.ts';

/** An instruction that usually fails. */
export function mistake({ random }: Scope): string {
  return random.pick([
    ...([
      'NOSUCH x',
      'RUN exit 3',
      'RUN',
      'COPY a.txt',
      'COPY nosuch /x',
      'COPY',
      'ENV',
      'ENV =x',
    ] as const),
    ...([
      'ENV A',
      'LABEL',
      'LABEL a',
      'ARG',
      'ARG 1a=2',
      'ARG a b=c =d',
      'WORKDIR',
      'USER',
      'EXPOSE',
    ] as const),
    ...([
      'EXPOSE x',
      'EXPOSE 99999',
      'EXPOSE 80/xyz',
      'VOLUME',
      'VOLUME []',
      'STOPSIGNAL',
    ] as const),
    ...([
      'STOPSIGNAL NOSUCH',
      'SHELL',
      'SHELL sh -c',
      'SHELL []',
      'HEALTHCHECK',
      'HEALTHCHECK x',
    ] as const),
    ...([
      'HEALTHCHECK --interval=x CMD a',
      'HEALTHCHECK NONE x',
      'HEALTHCHECK CMD',
      'ONBUILD',
    ] as const),
    ...([
      'ONBUILD FROM x',
      'ONBUILD ONBUILD RUN x',
      'ONBUILD MAINTAINER x',
      'MAINTAINER',
      'FROM',
    ] as const),
    ...(['FROM a b', 'FROM box AS', 'FROM box AS a:b', 'FROM box as 1x', 'FROM $UNSET'] as const),
    ...(['COPY --from=nosuch /a /b', 'COPY --nosuch a.txt /x', 'COPY --chown a.txt /x'] as const),
    ...([
      'COPY --chown=nosuchuser a.txt /x',
      'COPY --chmod=9 a.txt /x',
      'COPY --chmod=xyz a.txt /',
    ] as const),
    ...(['COPY a.txt b.txt /c', 'COPY ["a.txt" /c', 'COPY [] /x', 'COPY ../../x /y'] as const),
    ...([
      'COPY <<EOF /x\nunterminated',
      'RUN <<EOF\nunterminated',
      'RUN --mount=type=x true',
    ] as const),
    ...([
      'RUN --mount=type=bind true',
      'RUN --mount=target=/x,from=nosuch true',
      'RUN --nosuch true',
    ] as const),
    ...([
      'RUN --mount=type=cache true',
      'RUN --mount=type=bind,target=/x,source=nosuch true',
    ] as const),
    ...([
      'RUN --network=x true',
      'RUN ["nosuch-program"]',
      'RUN nosuch-program',
      'RUN []',
    ] as const),
    ...([
      'ENV A=${B',
      'ENV A=${B:?must be set}',
      'ENV A=${B?must}',
      'ENV A=${B:x}',
      'ENV A="open',
    ] as const),
    ...([
      'WORKDIR $',
      'WORKDIR ${}',
      'ADD nosuch.tar /',
      'ADD broken.tar.gz /x/',
      'CMD --x',
    ] as const),
    ...([
      'USER nosuchuser',
      'USER 1:nosuchgroup',
      'ENTRYPOINT',
      'CMD',
      'COPY . .',
      'LABEL a="b',
    ] as const),
    ...([
      'ADD --checksum=sha256:00 a.txt /x',
      'ADD --from=box /etc /x',
      'COPY http://x/y /z',
    ] as const),
  ]);
}
