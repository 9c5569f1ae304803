// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

const id = (expected: string) =>
  `RUN [ "$(id -u):$(id -g)/$(id -un):$(id -gn)/$(id -G)" = '${expected}' ]`;
const ignored = lines('FROM busybox', 'WORKDIR /w', 'COPY . .', 'RUN [ -f foo ] && [ ! -f bar ]');

export const imageCases: readonly Case[] = [
  {
    test: 'testDockerignoreOverride',
    dockerfile: ignored,
    files: { 'Dockerfile.dockerignore': 'bar\n', foo: 'f', bar: 'b' },
  },
  {
    test: 'testDockerignoreOverride',
    about: 'another Dockerfile',
    dockerfile: ignored,
    files: {
      ...{ 'Dockerfile.dockerignore': 'bar\n', foo: 'f', bar: 'b' },
      Dockerfile2: lines(
        'FROM busybox',
        'WORKDIR /w',
        'COPY . .',
        'RUN [ ! -f foo ] && [ -f bar ]',
      ),
      'Dockerfile2.dockerignore': 'foo\n',
    },
    flags: '-f Dockerfile2',
  },
  {
    test: 'testTarExporterBasic',
    dockerfile: lines('FROM scratch', 'COPY foo foo'),
    files: { foo: 'data' },
    run: 'docker build -q -o - . | tar xO foo',
    prints: 'data',
  },
  {
    test: 'testTarExporterMulti',
    dockerfile: lines(
      ...['FROM scratch AS stage-linux', 'COPY foo forlinux'],
      ...['FROM scratch AS stage-darwin', 'COPY bar fordarwin', 'FROM stage-$TARGETOS'],
    ),
    files: { foo: 'data', bar: 'data2' },
    run: 'docker build -q -o - . | tar t',
    prints: 'forlinux\n',
  },
  {
    test: 'testWorkdirCreatesDir',
    dockerfile: lines('FROM scratch', 'WORKDIR /foo', 'WORKDIR /'),
    run: 'docker build -q -o o . >/dev/null && test -d o/foo && echo yes',
    prints: 'yes\n',
  },
  {
    test: 'testWorkdirUser',
    dockerfile: lines(
      ...['FROM busybox', 'USER user', 'WORKDIR /mydir'],
      'RUN [ "$(stat -c "%U %G" /mydir)" = "user user" ]',
    ),
  },
  {
    test: 'testWorkdirExists',
    dockerfile: lines(
      ...['FROM busybox', 'RUN mkdir /mydir && chown user:user /mydir', 'WORKDIR /mydir'],
      'RUN [ "$(stat -c "%U %G" /mydir)" = "user user" ]',
    ),
  },
  {
    test: 'testSymlinkedDockerfile',
    dockerfile: lines('FROM scratch', 'ENV foo bar'),
    before: 'mv Dockerfile Dockerfile.web; ln -s Dockerfile.web Dockerfile',
  },
  {
    test: 'testIgnoreEntrypoint',
    dockerfile: lines('FROM busybox', 'ENTRYPOINT ["/nosuchcmd"]', 'RUN ["ls"]'),
  },
  {
    test: 'testDefaultShellAndPath',
    dockerfile: lines('FROM scratch', 'ENTRYPOINT foo bar', 'COPY Dockerfile .'),
    after: 'docker image inspect -f "{{json .Config.Entrypoint}} {{json .Config.Env}}" $IMAGE',
    prints:
      '["/bin/sh","-c","foo bar"] ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]\n',
  },
  {
    test: 'testCmdShell',
    dockerfile: lines('FROM corpus-cmd', 'SHELL ["ls"]', 'ENTRYPOINT my entrypoint'),
    before:
      'printf "FROM scratch\\nCMD [\\"test\\"]\\n" | docker build -q -t corpus-cmd - >/dev/null',
    after: 'docker image inspect -f "{{json .Config.Cmd}} {{json .Config.Entrypoint}}" $IMAGE',
    prints: 'null ["ls","my entrypoint"]\n',
  },
  {
    test: 'testInvalidJSONCommands',
    dockerfile: lines('FROM busybox', 'RUN ["echo", "hello"]this is invalid'),
    fails: 'this is invalid',
  },
  {
    test: 'testInvalidJSONCommands',
    about: 'a line for the shell',
    dockerfile: lines('FROM busybox', 'ENTRYPOINT []random string'),
    after: 'docker image inspect -f "{{json .Config.Entrypoint}}" $IMAGE',
    prints: '["/bin/sh","-c","[]random string"]\n',
  },
  {
    test: 'testPullScratch',
    dockerfile: lines('FROM corpus-empty', 'LABEL bar=baz', 'COPY foo .'),
    files: { foo: 'f' },
    before:
      'printf "FROM scratch\\nLABEL foo=bar\\n" | docker build -q -t corpus-empty - >/dev/null',
    after: 'docker image inspect -f "{{json .Config.Labels}} {{len .RootFS.Layers}}" $IMAGE',
    prints: '{"bar":"baz","foo":"bar"} 1\n',
  },
  {
    test: 'testDockerfileInvalidCommand',
    dockerfile: lines('FROM busybox', 'RUN invalidcmd'),
    fails: ['/bin/sh -c invalidcmd', 'did not complete successfully'],
  },
  {
    test: 'testDockerfileInvalidInstruction',
    dockerfile: lines('FROM scratch', 'FNTRYPOINT ["/bin/sh", "-c", "echo invalid"]'),
    fails: ['unknown instruction: FNTRYPOINT', 'did you mean ENTRYPOINT?'],
  },
  {
    test: 'testDockerfileScratchConfig',
    dockerfile: lines('FROM scratch', 'ENV foo=bar'),
    after:
      'docker image inspect -f "{{.Os}} {{.Config.WorkingDir}} {{len .RootFS.Layers}} {{json .Config.Env}}" $IMAGE; docker history --format "{{.CreatedBy}} {{.Size}}" $IMAGE',
    prints:
      'linux / 0 ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","foo=bar"]\nENV foo=bar 0B\n',
  },
  {
    test: 'testDockerignore',
    dockerfile: lines('FROM scratch', 'COPY . .'),
    files: {
      ...{ foo: 'f', bar: 'b', baz: 'z', bay: 'y' },
      '.dockerignore': 'ba*\nDockerfile\n!bay\n.dockerignore\n',
    },
    out: { foo: 'f', bay: 'y', bar: null, baz: null, Dockerfile: null, '.dockerignore': null },
  },
  {
    test: 'testDockerignoreInvalid',
    dockerfile: lines('FROM scratch', 'COPY . .'),
    files: { '.dockerignore': '!\n' },
    fails: 'illegal exclusion pattern: "!"',
  },
  {
    test: 'testDockerfileLowercase',
    dockerfile: lines('FROM scratch', 'ENV a=b'),
    before: 'mv Dockerfile dockerfile',
  },
  {
    test: 'testExportedHistory',
    dockerfile: lines(
      ...['FROM busybox AS base', 'ENV foo=bar', 'COPY foo /foo2', 'FROM busybox', 'LABEL lbl=val'],
      ...['COPY --from=base foo2 foo3', 'WORKDIR /', 'RUN echo bar >foo4', 'RUN ["ls"]'],
      'EXPOSE 2375 5000 1234/udp',
    ),
    files: { foo: 'f' },
    after: 'docker history --no-trunc --format "{{.CreatedBy}}" $IMAGE | head -6',
    prints: lines(
      ...['EXPOSE [1234/udp 2375/tcp 5000/tcp]', 'RUN ls # buildkit'],
      ...['RUN /bin/sh -c echo bar >foo4 # buildkit', 'WORKDIR /', 'COPY foo2 foo3 # buildkit'],
      'LABEL lbl=val',
    ),
  },
  {
    test: 'testExportedHistoryFlattenArgs',
    dockerfile: lines('FROM busybox', 'ARG foo=bar', 'ARG bar=123', 'ARG foo=bar2', 'RUN ls /etc/'),
    after: 'docker history --no-trunc --format "{{.CreatedBy}}" $IMAGE | head -4',
    prints: lines(
      'RUN |2 foo=bar2 bar=123 /bin/sh -c ls /etc/ # buildkit',
      ...['ARG foo=bar2', 'ARG bar=123', 'ARG foo=bar'],
    ),
  },
  {
    test: 'testUser',
    dockerfile: lines(
      ...['FROM busybox AS base', 'USER root', id('0:0/root:root/0 10')],
      "RUN echo 'io:x:1001:1001::/bin:/bin/false' >>/etc/passwd && echo 'io:x:1001:' >>/etc/group",
      ...['USER io', id('1001:1001/io:io/1001')],
      ...['USER root', "RUN echo 'more:x:1002:io' >>/etc/group"],
      ...['USER io', id('1001:1001/io:io/1001 1002'), 'USER 1001', id('1001:1001/io:io/1001 1002')],
      ...['USER io:io', id('1001:1001/io:io/1001'), 'USER 1001:io', id('1001:1001/io:io/1001')],
      ...['USER io:1001', id('1001:1001/io:io/1001'), 'USER io:more', id('1001:1002/io:more/1002')],
      ...['USER 1001:1002', id('1001:1002/io:more/1002')],
      ...['USER 1042:1043', 'RUN [ "$(id -u):$(id -g)" = 1042:1043 ]', 'USER daemon'],
      ...['RUN id -un >/tmp/daemonuser', 'FROM scratch', 'COPY --from=base /tmp /', 'USER nobody'],
    ),
    after: 'docker image inspect -f "{{.Config.User}}" $IMAGE',
    prints: 'nobody\n',
  },
  {
    test: 'testUserAdditionalGids',
    dockerfile: lines(
      ...['FROM busybox', 'SHELL ["/bin/sh", "-euxc"]'],
      'RUN [ "$(id)" = "uid=0(root) gid=0(root) groups=0(root),10(wheel)" ]',
      ...['USER 1234', 'RUN [ "$(id)" = "uid=1234 gid=0(root) groups=0(root)" ]'],
      ...['USER 1234:1234', 'RUN [ "$(id)" = "uid=1234 gid=1234 groups=1234" ]'],
      ...['USER daemon', 'RUN [ "$(id)" = "uid=1(daemon) gid=1(daemon) groups=1(daemon)" ]'],
    ),
  },
  {
    test: 'testLabels',
    dockerfile: lines('FROM scratch', 'LABEL foo=bar'),
    flags: '--label bar=baz',
    after: 'docker image inspect -f "{{json .Config.Labels}}" $IMAGE',
    prints: '{"bar":"baz","foo":"bar"}\n',
  },
  {
    test: 'testReproducibleIDs',
    dockerfile: lines('FROM busybox', 'ENV foo=bar', 'COPY foo /', 'RUN echo bar >bar'),
    files: { foo: 'f' },
    run: '[ "$(docker build -q .)" = "$(docker build -q .)" ] && echo same',
    prints: 'same\n',
  },
  {
    test: 'testNoCache',
    dockerfile: lines(
      ...['FROM busybox AS s0', 'RUN head -c 100 /dev/urandom | sha256sum >u'],
      ...['FROM busybox AS s1', 'RUN head -c 100 /dev/urandom | sha256sum >u2'],
      ...['FROM scratch', 'COPY --from=s0 u /', 'COPY --from=s1 u2 /'],
    ),
    run: 'docker build -q -o a . >/dev/null && docker build -q --no-cache -o b . >/dev/null && docker build -q --no-cache-filter s1 -o c . >/dev/null && ! cmp -s a/u b/u && ! cmp -s a/u2 b/u2 && cmp b/u c/u && ! cmp -s b/u2 c/u2 && echo ok',
    prints: 'ok\n',
  },
  {
    test: 'testTarContext',
    dockerfile: lines('FROM scratch', 'COPY foo /'),
    files: { foo: 'contents' },
    run: 'tar c Dockerfile foo | docker build -q -o o - >/dev/null && cat o/foo',
    prints: 'contents',
  },
  {
    test: 'testFrontendSubrequests',
    dockerfile: lines('FROM scratch', 'COPY Dockerfile Dockerfile'),
    run: 'docker build --call subrequests.describe,format=json . 2>/dev/null | grep -c "frontend.subrequests.describe"; docker build --call subrequests.notexist . 2>&1 | grep -c "unsupported request frontend.subrequests.notexist"',
    prints: '1\n1\n',
  },
  {
    test: 'testShmSize',
    dockerfile: lines('FROM busybox', 'RUN mount | grep /dev/shm | grep size=131072k'),
    flags: '--shm-size 128m',
  },
  {
    test: 'testUlimit',
    dockerfile: lines('FROM busybox', 'RUN [ $(ulimit -n) = 1062 ]'),
    flags: '--ulimit nofile=1062:1062',
  },
  {
    test: 'testStepNames',
    dockerfile: lines(
      ...['FROM busybox AS base', 'WORKDIR /out', 'RUN echo "base" > base'],
      ...['FROM scratch', 'COPY --from=base --chmod=0644 /out /out'],
    ),
    run: 'docker build --progress plain . 2>&1 | sed -n "s/^#[0-9]* \\(\\[base 3\\|\\[stage-1\\)/\\1/p" | sort -u',
    prints: lines(
      '[base 3/3] RUN echo "base" > base',
      '[stage-1 1/1] COPY --from=base --chmod=0644 /out /out',
    ),
  },
  {
    test: 'testNamedImageContext',
    dockerfile: lines(
      ...['FROM busybox AS base', 'RUN cat /etc/alpine-release >/out', 'FROM scratch'],
      'COPY --from=base /out /',
    ),
    flags: '--build-context busybox=docker-image://alpine',
    out: { out: '3.20\n' },
  },
  {
    test: 'testNamedImageContext',
    about: 'the environment of the image',
    dockerfile: lines('FROM busybox', 'RUN [ "$FOOBAR" = foobar ] && echo $PATH | grep ^/foobar:'),
    before:
      'printf "FROM alpine\\nENV PATH=/foobar:\\$PATH\\nENV FOOBAR=foobar\\n" | docker build -q -t corpus-env - >/dev/null',
    flags: '--build-context busybox=docker-image://corpus-env',
  },
  {
    test: 'testNamedImageContext',
    about: 'in place of a stage',
    dockerfile: lines(
      ...['FROM busybox AS parent', 'FROM parent AS base', 'RUN echo base >/out', 'FROM base'],
      'RUN [ -f /etc/alpine-release ] && [ ! -f /out ]',
    ),
    flags: '--build-context base=docker-image://alpine',
  },
  {
    test: 'testNamedImageContextScratch',
    dockerfile: lines('FROM busybox AS build', 'COPY <<EOF /out', 'hello world!', 'EOF'),
    flags: '--build-context busybox=docker-image://scratch',
    out: { out: 'hello world!\n', bin: null },
  },
  {
    test: 'testNamedLocalContext',
    dockerfile: lines(
      ...['FROM busybox AS base', 'RUN false', 'FROM scratch', 'COPY --from=base /o* /'],
    ),
    files: { 'dir/out': 'dummy', 'dir/out2': 'dummy', 'dir/.dockerignore': 'out2\n' },
    flags: '--build-context base=dir',
    out: { out: 'dummy', out2: null },
  },
  {
    test: 'testEagerNamedContextLookup',
    dockerfile: lines(
      ...['FROM broken AS notused', 'FROM alpine AS base', 'RUN echo base >/foo'],
      ...['FROM busybox AS otherstage', 'FROM scratch', 'COPY --from=base /foo /foo'],
    ),
    flags:
      '--build-context notused=docker-image://nosuchimage --build-context busybox=docker-image://dontexist',
    out: { foo: 'base\n' },
  },
  {
    test: 'testNamedInputContext',
    dockerfile: lines('FROM base', 'RUN echo "foo is $FOO" >/foo', 'CMD ["cat", "/foo", "/out"]'),
    files: { 'first/Dockerfile': lines('FROM alpine', 'ENV FOO=bar', 'RUN echo first >/out') },
    run: 'printf \'target "default" {\\n contexts = { base = "target:first" }\\n tags = ["corpus-linked"]\\n}\\ntarget "first" { context = "first" }\\n\' >docker-bake.hcl; docker buildx bake >log 2>&1 || cat log; docker run --rm corpus-linked',
    prints: 'foo is bar\nfirst\n',
  },
  {
    test: 'testHistoryError',
    dockerfile: lines('FROM scratch', 'COPY notexist /foo'),
    fails: '"/notexist": not found',
  },
  {
    test: 'testFrontendEvaluate',
    dockerfile: lines('FROM scratch', 'COPY badfile /'),
    fails: '"/badfile": not found',
  },
  {
    test: 'testReproSourceDateEpoch',
    dockerfile: lines('FROM busybox', 'RUN touch /foo'),
    flags: '--build-arg SOURCE_DATE_EPOCH=1445412480',
    after: 'docker image inspect -f "{{.Created}}" $IMAGE',
    prints: '2015-10-21T07:28:00Z\n',
  },
  {
    test: 'testExportMultiPlatform',
    dockerfile: lines('FROM scratch', 'ARG TARGETARCH', 'COPY arch-$TARGETARCH whoami'),
    files: { 'arch-arm': 'i am arm', 'arch-amd64': 'i am amd64' },
    flags: '--platform linux/arm',
    out: { whoami: 'i am arm' },
  },
];
