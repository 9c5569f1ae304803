import type { Scope } from './scope.ts';
import { value, variable, word } from './values.ts';

/** Instructions that change only the image's configuration and the variables. */
export function metadata(scope: Scope): string {
  const { random } = scope;
  return random.weighted([
    [6, () => `ENV ${pairs(scope)}`],
    [1, () => `ENV ${variable(random)} ${word(random)} and more`],
    [5, () => argument(scope)],
    [2, () => `LABEL ${labels(scope)}`],
    [3, () => `WORKDIR ${workingDirectory(scope)}`],
    [
      2,
      () =>
        `USER ${random.pick(['1', '1:2', 'daemon', 'root', 'www-data:users', '0', '33', ':33', '65534:65534'])}`,
    ],
    [
      1,
      () =>
        `EXPOSE ${random.times(1, 2, () => random.pick(['80', '53/udp', '8000-8002', '443/TCP', '${A:-99}', '80/sctp'])).join(' ')}`,
    ],
    [1, () => `VOLUME ${random.pick(['/data', '/a /b', '["/x", "/y z"]', '/v/$B', '/data/'])}`],
    [1, () => `STOPSIGNAL ${random.pick(['SIGINT', '9', 'TERM', 'SIGRTMIN+3', 'int', '$A'])}`],
    [2, () => `CMD ${commandLine(scope)}`],
    [2, () => `ENTRYPOINT ${commandLine(scope)}`],
    [1, () => `HEALTHCHECK ${health(scope)}`],
    [
      1,
      () =>
        `SHELL ${random.pick(['["/bin/sh", "-c"]', '["/bin/sh", "-ec"]', '["/bin/busybox", "sh", "-c"]'])}`,
    ],
    [
      1,
      () =>
        `ONBUILD ${random.pick(['RUN echo triggered >/triggered', 'ENV TRIGGER=1', 'COPY a.txt /on', 'LABEL on=build', 'WORKDIR /on', 'USER 1'])}`,
    ],
    [1, () => `MAINTAINER ${random.pick(['me', 'A B <a@b.c>', '$A'])}`],
  ])();
}

export function pairs({ random }: Scope): string {
  return random
    .times(1, 2, () => `${variable(random)}=${value(random)}`)
    .join(random.pick([' ', '  ', ' \\\n  ']));
}

export function argument({ random }: Scope): string {
  const one = () => variable(random) + (random.chance(0.7) ? `=${value(random)}` : '');
  const predefined = [
    'TARGETARCH',
    'TARGETPLATFORM',
    'BUILDPLATFORM',
    'TARGETOS=fixed',
    'HTTP_PROXY',
  ];
  if (random.chance(0.1)) return `ARG ${random.pickFrom(predefined)}`;
  return `ARG ${random.times(1, random.chance(0.2) ? 2 : 1, one).join(' ')}`;
}

function labels({ random }: Scope): string {
  const name = () => random.pick(['a', 'org.example.b', '"with space"', 'c$A', "'q'"]);
  return random.times(1, 2, () => `${name()}=${value(random)}`).join(' ');
}

function workingDirectory({ random }: Scope): string {
  return random.pick([
    ...(['/w', 'rel', '/w/x/', '..', '.', '/a b', '"/quoted"', '/w//y', '/tmp/../u', '~'] as const),
    `/at/${word(random).replaceAll('\\', '')}`,
  ]);
}

function commandLine({ random }: Scope): string {
  return random.pick([
    ...(['["echo", "hi"]', 'echo $A', '[]', '["sh"]', 'sh -c "echo \'q\'"', "['single']"] as const),
    ...(['["a" "b"]', '  spaced   out  ', '["ü", "\\u0041"]', '[ "x" , "y" ]'] as const),
  ]);
}

function health({ random }: Scope): string {
  return random.pick([
    ...(['NONE', 'CMD true', 'CMD ["true"]', '--interval=5s CMD true', 'none'] as const),
    ...([
      '--interval=1m30s --timeout=1s --start-period=2s --retries=4 CMD wget -q x',
      '--start-interval=500ms CMD ["a", "b"]',
      '--retries=0 CMD x',
    ] as const),
  ]);
}
