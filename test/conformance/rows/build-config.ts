import { group } from '../row.ts';
import { configured, dockerfile } from './build-script.ts';

const history = `docker history --no-trunc --format '{{.CreatedBy}} {{.Comment}}' made:c`;

/** Instructions that change only the image's configuration, in all spellings. */
export const buildConfig = group('build-config', [
  configured(['ENV A=1 B="two words" C=\'single\' D=es\\ caped E= F=""'], '.Config.Env'),
  configured(['ENV A one  two', 'ENV B=$A', "ENV C='$A'", 'ENV D="$A" E=\\$A'], '.Config.Env'),
  configured(['ENV A=1', 'ENV A=2 B=$A C=${A}', 'ENV D=$A'], '.Config.Env'),
  configured(
    ['ENV A=abc/def.tar.gz U=', 'ENV B=${A:-no} C=${U:-no} D=${N:-no} E=${A:+yes} F=${U:+yes}'],
    '.Config.Env',
  ),
  configured(
    [
      'ENV A=abc/def.tar.gz U=',
      'ENV B=${A-no} C=${U-no} D=${N-no} E=${A+yes} F=${U+yes} G=${N+yes}',
    ],
    '.Config.Env',
  ),
  configured(
    [
      'ENV A=abc/def.tar.gz',
      'ENV B=${A#*/} C=${A##*.} D=${A%.*} E=${A%%.*} F=${A/a/X} G=${A//a/X}',
    ],
    '.Config.Env',
  ),
  configured(['ENV A=1', 'ENV B=${N:-${A}x} C=${N:-"q"} D=${A:+a b}'], '.Config.Env'),
  configured(['ARG A=arg', 'ENV A=env', 'ENV B=$A'], '.Config.Env'),
  configured(['ARG A=arg B=$A C', 'ENV D=$A-$B-$C'], '.Config.Env', '--build-arg C=given'),
  configured(['ENV A=\\', '  1 \\', '  B=2', '# comment', 'ENV C=3'], '.Config.Env'),
  configured(['ENV A=Grüße B=日本 C="tab\there" D=#no E="a#b"'], '.Config.Env'),
  `${configured(['ENV PATH=/new:$PATH', 'env lower=1'], '.Config.Env')}; ${history}`,
  configured(['LABEL a=1 "b c"="d e" f.g=\'h\' i=$PATH', 'LABEL a=2'], '.Config.Labels'),
  configured(['LABEL a b c', 'LABEL multi="line \\', 'two"'], '.Config.Labels'),
  configured(['LABEL a=b'], '.Config.Labels', '--label a=flag --label c= --label d'),
  `${configured(['LABEL x=y', 'MAINTAINER A B <a@b.c>'], '.Config.Labels')}; docker image inspect -f '{{.Author}}' made:c; ${history}`,
  ...[
    ['WORKDIR /a', 'WORKDIR b', 'WORKDIR ../c/'],
    ['WORKDIR "/a b"'],
    ['WORKDIR /x y'],
    ['WORKDIR rel'],
  ].map((lines) => configured(lines, '.Config.WorkingDir')),
  `${configured(['ENV D=/from/env', 'WORKDIR $D/${N:-none}', 'WORKDIR .'], '.Config.WorkingDir')}; ${history}`,
  `${configured(['WORKDIR /w//y/../z/'], '.Config.WorkingDir')}; ${history}; docker run --rm made:c pwd`,
  `${configured(['LABEL a=b'], '.Config.Labels', '--label c=d')}; ${history}`,
  ...['1', '1:2', 'daemon', 'www-data:users', ':5', '"quoted"', 'a b'].map((user) =>
    configured([`USER ${user}`], '.Config.User'),
  ),
  configured(['EXPOSE 80', 'EXPOSE 53/udp 443/TCP', 'EXPOSE 8000-8002 $P'], '.Config.ExposedPorts'),
  configured(['EXPOSE 1:2 127.0.0.1:80:81/udp 5-6:7/tcp'], '.Config.ExposedPorts'),
  configured(['ARG P=99', 'EXPOSE ${P}/sctp 1-2/udp'], '.Config.ExposedPorts'),
  configured(['VOLUME /a /b', 'VOLUME ["/c", "/d e"]', 'VOLUME /f/$PATH'], '.Config.Volumes'),
  // What `RUN` writes at a `VOLUME` stays in the image.
  `${dockerfile('FROM fancy', 'USER 0', 'RUN mkdir -p /v', 'VOLUME /v', 'RUN echo x >/v/f', 'ENTRYPOINT []')}; docker build -q -t made:v . >/dev/null; docker run --rm made:v sh -c 'ls -A /v; cat /v/f'; docker diff $(docker create made:v ls)`,
  // The documents of the image, as other engines read them.
  `docker save made:v | tar xO manifest.json >m; docker save made:v | tar xO "$(grep -o 'blobs[^"]*' m | head -1)" | sed -E 's/,"/,\n"/g' | grep -vE 'sha256|created"'`,
  ...['SIGINT', 'INT', '9', 'sigterm', 'SIGRTMIN+3', '64'].map((signal) =>
    configured([`STOPSIGNAL ${signal}`], '.Config.StopSignal'),
  ),
  ...[
    'CMD true',
    'CMD ["wget", "-q"]',
    '--interval=1m30s --timeout=500ms --start-period=2h --start-interval=3s --retries=4 CMD a  b',
    'NONE',
    'none',
    '--retries=0 cmd x',
  ].map((health) => configured([`HEALTHCHECK ${health}`], '.Config.Healthcheck')),
  configured(['HEALTHCHECK CMD a', 'HEALTHCHECK --interval=5s CMD b'], '.Config.Healthcheck'),
  ...[
    'CMD ["a", "b c"]',
    'CMD a "b c" $D',
    'CMD []',
    'CMD ["a" "b"]',
    "CMD ['a']",
    'CMD [ "a" ]',
    'CMD ["ü\\t\\u0041"]',
  ].map((command) => configured([command], '.Config.Cmd')),
  ...['CMD', 'ENTRYPOINT', 'ENTRYPOINT []', 'RUN'].map((line) => configured([line], '.Config')),
  configured(['CMD one', 'ENTRYPOINT two'], '.Config'),
  configured(['ENTRYPOINT ["two"]', 'CMD ["one"]'], '.Config'),
  `${configured(['SHELL ["/bin/busybox", "sh", "-c"]', 'RUN echo $0 >/s', 'CMD x', 'ENTRYPOINT y'], '.Config')}; ${history}`,
  configured(['SHELL ["/bin/sh", "-ec"]', 'HEALTHCHECK CMD x'], '.Config'),
  configured(
    ['ONBUILD RUN echo on', 'onbuild copy a b', 'ONBUILD   ENV  X=1', 'ONBUILD ENTRYPOINT ["a"]'],
    '.Config.OnBuild',
  ),
  `${dockerfile('FROM fancy', 'CMD ["own"]', 'ENV COLOUR=red')}; docker build -q -t made:c . >/dev/null; docker image inspect -f '{{json .Config}}' made:c | sed 's/,"/,\\n"/g'`,
  `${dockerfile('FROM fancy', 'ENTRYPOINT ["own"]', 'LABEL other=2', 'VOLUME /more', 'EXPOSE 1')}; docker build -q -t made:c . >/dev/null; docker image inspect -f '{{json .Config}}' made:c | sed 's/,"/,\\n"/g'`,
  `${dockerfile('FROM scratch', 'LABEL only=label', 'CMD ["x"]')}; docker build -q -t made:c . >/dev/null; docker image inspect -f '{{json .Config}} {{.Size}} {{len .RootFS.Layers}}' made:c; ${history}`,
  `${dockerfile('FROM scratch')}; docker build -q -t made:c . >/dev/null; docker image inspect -f '{{json .Config}} {{.Os}} {{.Architecture}}' made:c`,
  `${dockerfile('FROM box AS base', 'ENV A=base', 'WORKDIR /w', 'USER 5', 'FROM base', 'RUN echo $A >/tmp/a', 'CMD ["cat", "/tmp/a"]')}; docker build -q -t made:c . >/dev/null; docker image inspect -f '{{json .Config}}' made:c; docker run --rm made:c; ${history}`,
]);
