// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

const source = lines(
  ...['FROM busybox AS source', 'RUN touch /file && chown 100:200 /file && mkdir -p /dir/sub'],
  'RUN touch /dir/sub/nested && chown 100:200 /dir && chown 101:201 /dir/sub && chown 102:202 /dir/sub/nested',
  'FROM busybox AS there',
  'RUN mkdir -p /e/esub && touch /e/efile && chown 500:600 /e && chown 501:601 /e/esub /e/efile',
);
const owners =
  'RUN stat -c "%n %u:%g" /file /dir /dir/sub /dir/sub/nested /e /e/esub /e/efile /e/sub /e/sub/nested >/o';
const chmod = (mode: string) => lines('FROM scratch', `COPY --chmod=${mode} foo /`);
const outOfOrder = (path: string) =>
  lines(
    ...['FROM busybox AS target', `COPY --from=build ${path} /out`],
    ...['FROM busybox AS build', 'COPY Dockerfile /d2', 'FROM target'],
  );
const ownersOf = (own: string) =>
  lines(
    ...[`/file ${own || '100:200'}`, `/dir ${own || '0:0'}`, `/dir/sub ${own || '101:201'}`],
    ...[`/dir/sub/nested ${own || '102:202'}`, '/e 500:600', '/e/esub 501:601', '/e/efile 501:601'],
    ...[`/e/sub ${own || '101:201'}`, `/e/sub/nested ${own || '102:202'}`],
  );

export const copyCases: readonly Case[] = [
  {
    test: 'testEmptyDestDir',
    dockerfile: lines('FROM busybox', 'ENV empty=""', 'COPY t $empty', 'RUN [ "$(cat t)" = c0 ]'),
    files: { t: 'c0' },
  },
  {
    test: 'testPreserveDestDirSlash',
    dockerfile: lines('FROM scratch', 'COPY t /sample/'),
    files: { t: 'c0' },
    out: { 'sample/t': 'c0' },
  },
  {
    test: 'testCopyLinkDotDestDir',
    dockerfile: lines('FROM busybox', 'WORKDIR /var/www', 'COPY --link t .', 'RUN grep c0 t'),
    files: { t: 'c0' },
  },
  {
    test: 'testCopyLinkEmptyDestDir',
    dockerfile: lines(
      ...['FROM busybox', 'WORKDIR /var/www', 'ENV e=""', 'COPY --link t $e', 'RUN grep c0 t'],
    ),
    files: { t: 'c0' },
  },
  {
    test: 'testCopyChownExistingDir',
    dockerfile: `${source}${lines(
      ...['FROM there AS copied', 'COPY --from=source /file .', 'COPY --from=source /dir /dir'],
      ...['COPY --from=source /dir/. /e', owners, 'FROM scratch', 'COPY --from=copied /o /'],
    )}`,
    out: { o: ownersOf('') },
  },
  {
    test: 'testCopyChownExistingDir',
    about: 'with --chown',
    dockerfile: `${source}${lines(
      ...['FROM there AS copied', 'COPY --from=source --chown=300:400 /file .'],
      ...['COPY --from=source --chown=300:400 /dir /dir'],
      ...['COPY --from=source --chown=300:400 /dir/. /e', owners],
      ...['FROM scratch', 'COPY --from=copied /o /'],
    )}`,
    out: { o: ownersOf('300:400') },
  },
  {
    test: 'testCopyWildcardCache',
    dockerfile: lines(
      ...['FROM busybox AS base', 'COPY foo* files/'],
      'RUN head -c 100 /dev/urandom | sha256sum >unique',
      ...['COPY bar files/', 'FROM scratch', 'COPY --from=base unique /'],
    ),
    files: { foo1: '1', foo2: '2', bar: 'b' },
    run: 'docker build -q -o a . >/dev/null && echo mod >bar && docker build -q -o b . >/dev/null && echo mod >foo2 && docker build -q -o c . >/dev/null && cmp a/unique b/unique && ! cmp -s a/unique c/unique && echo ok',
    prints: 'ok\n',
  },
  {
    test: 'testEmptyWildcard',
    dockerfile: lines('FROM scratch', 'COPY foo nomatch* /'),
    files: { foo: 'c0' },
    out: { foo: 'c0' },
  },
  ...['/', '/d2'].map((path) => ({
    test: 'testOutOfOrderStage',
    about: path,
    dockerfile: outOfOrder(path),
    fails: ['cannot copy from stage', 'needs to be defined before current stage'],
  })),
  {
    test: 'testWorkdirCopyIgnoreRelative',
    dockerfile: lines(
      ...['FROM scratch AS base', 'WORKDIR /foo', 'COPY Dockerfile / ', 'FROM scratch'],
      'COPY --from=base Dockerfile .',
    ),
  },
  {
    test: 'testCopyChownCreateDest',
    dockerfile: lines(
      ...['FROM busybox', 'ARG group', 'ENV owner daemon', 'COPY --chown=user:user . /dest'],
      'COPY --chown=${owner}:${group} . /dest01',
      'RUN [ "$(stat -c "%U %G" /dest)" = "user user" ]',
      'RUN [ "$(stat -c "%U %G" /dest01)" = "daemon user" ]',
    ),
    flags: '--build-arg group=user',
  },
  {
    test: 'testCopyThroughSymlinkContext',
    dockerfile: lines('FROM scratch', 'COPY link/foo .'),
    before: 'mkdir sub; ln -s sub link; echo -n contents >sub/foo',
    out: { foo: 'contents' },
  },
  {
    test: 'testCopyThroughSymlinkMultiStage',
    dockerfile: lines(
      'FROM busybox AS build',
      'RUN mkdir -p /out/sub && ln -s /out/sub /sub && ln -s out/sub /sub2 && echo -n data >/sub/foo',
      ...['FROM scratch', 'COPY --from=build /sub/foo .', 'COPY --from=build /sub2/foo bar'],
    ),
    out: { foo: 'data', bar: 'data' },
  },
  {
    test: 'testContextChangeDirToFile',
    dockerfile: lines('FROM scratch', 'COPY foo /'),
    run: 'mkdir foo; echo c >foo/bar; docker build -q . >/dev/null; rm -r foo; echo c2 >foo; docker build -q -o o . >/dev/null; cat o/foo',
    prints: 'c2\n',
  },
  {
    test: 'testCopyFollowAllSymlinks',
    dockerfile: lines('FROM scratch', 'COPY foo /', 'COPY foo/sub bar'),
    before: 'echo -n c >bar; mkdir foo; ln -s ../bar foo/sub',
    out: { bar: 'c' },
  },
  {
    test: 'testCopySymlinks',
    dockerfile: lines('FROM scratch', 'COPY foo /', 'COPY sub/l* alllinks/'),
    before:
      'echo -n bar >bar; ln -s bar foo; mkdir sub; cd sub; echo -n lf >lfile; ln -s subfile l0; echo -n sf >subfile; ln -s second l1; ln -s baz second; echo -n baz >baz',
    out: { foo: 'bar', 'alllinks/l0': 'sf', 'alllinks/lfile': 'lf', 'alllinks/l1': 'baz' },
  },
  {
    test: 'testDockerfileDirs',
    dockerfile: lines(
      ...['FROM busybox', 'COPY foo /foo2', 'COPY foo /', 'RUN echo -n bar >foo3'],
      'RUN test -f foo && cmp -s foo foo2 && cmp -s foo foo3',
    ),
    files: { foo: 'bar' },
  },
  {
    test: 'testSymlinkDestination',
    dockerfile: lines('FROM scratch', 'ADD t.tar /', 'COPY foo /symlink/'),
    before:
      'ln -s ../tmp/symlink-target symlink; tar cf t.tar symlink; rm symlink; echo -n c0 >foo',
    out: { 'tmp/symlink-target/foo': 'c0' },
  },
  {
    test: 'testCopyChown',
    dockerfile: lines(
      ...['FROM busybox AS base', 'ENV owner 1000', 'COPY --chown=daemon foo /'],
      ...['COPY --chown=1000:nobody bar /baz', 'ARG group'],
      ...['COPY --chown=${owner}:${group} foo /foobis'],
      'RUN stat -c "%U %G" /foo >/o; stat -c "%u %G" /baz/sub /foobis >>/o',
      ...['FROM scratch', 'COPY --from=base /o /'],
    ),
    files: { foo: 'f', 'bar/sub': '' },
    flags: '--build-arg group=nobody',
    out: { o: 'daemon daemon\n1000 nobody\n1000 nobody\n' },
  },
  {
    test: 'testCopyChmod',
    dockerfile: lines(
      ...['FROM busybox AS base', 'COPY --chmod=0644 foo /', 'COPY --chmod=777 bar /baz'],
      ...['COPY --chmod=0 foo /foobis', 'ARG mode', 'COPY --chmod=${mode} foo /footer'],
      'RUN stat -c "%04a" /foo /baz /foobis /footer >/o',
      ...['FROM scratch', 'COPY --from=base /o /'],
    ),
    files: { foo: 'f', bar: 'b' },
    flags: '--build-arg mode=755',
    out: { o: '0644\n0777\n0000\n0755\n' },
  },
  ...['64a', '10000'].map((mode) => ({
    test: 'testCopyInvalidChmod',
    about: mode,
    dockerfile: chmod(mode),
    files: { foo: 'f' },
    fails: `invalid chmod parameter: '${mode}'. it should be octal string and between 0 and 07777`,
  })),
  {
    test: 'testCopyOverrideFiles',
    dockerfile: lines(
      ...['FROM scratch', 'COPY sub sub', 'COPY sub sub', 'COPY files/foo.go dest/foo.go'],
      ...['COPY files/foo.go dest/foo.go', 'COPY files dest'],
    ),
    files: { 'sub/d1/d2/foo': 'f', 'files/foo.go': 'g' },
    out: { 'sub/d1/d2/foo': 'f', 'dest/foo.go': 'g' },
  },
  {
    test: 'testCopyVarSubstitution',
    dockerfile: lines('FROM scratch', 'ENV FOO bar', 'COPY $FOO baz'),
    files: { bar: 'b' },
    out: { baz: 'b' },
  },
  {
    test: 'testCopyWildcards',
    dockerfile: lines(
      ...['FROM scratch', 'COPY *.go /go/', 'COPY f*.go foo2.go', 'COPY sub/* /s1/'],
      ...['COPY sub/*/d2/foo /s2/', 'COPY sub/*/d2/foo /s3/bar', 'COPY . all/', 'COPY sub/d1/ s4'],
      ...['COPY sub/d1/. s5', 'COPY sub/d1 s6'],
    ),
    files: { 'foo.go': 'f', 'bar.go': 'b', 'sub/d1/d2/foo': 's' },
    out: {
      ...{ 'go/foo.go': 'f', 'go/bar.go': 'b', 'foo2.go': 'f', 's1/d2/foo': 's', 's2/foo': 's' },
      ...{ 's3/bar': 's', 'all/foo.go': 'f', 's4/d2/foo': 's', 's5/d2/foo': 's', 's6/d2/foo': 's' },
    },
  },
  {
    test: 'testCopyRelative',
    dockerfile: lines(
      ...['FROM busybox', 'WORKDIR /t1', 'WORKDIR t2', 'RUN [ "$PWD" = /t1/t2 ]', 'COPY foo ./'],
      ...['ADD foo ./bar/baz', 'COPY foo ./bar/baz2', 'WORKDIR ..', 'COPY foo ./', 'COPY foo /t3/'],
      ...['WORKDIR /t4', 'COPY . .', 'WORKDIR /t5/t6', 'COPY foo ../'],
      'RUN for f in t1/t2/foo t1/t2/bar/baz t1/t2/bar/baz2 t1/foo t3/foo t4/foo t5/foo; do grep hello /$f || exit 1; done',
    ),
    files: { foo: 'hello' },
  },
  {
    test: 'testMultiStageImplicitFrom',
    dockerfile: lines('FROM scratch', 'COPY --from=busybox /etc/passwd test'),
    run: 'docker build -q -o o . >/dev/null && grep -c ^root: o/test',
    prints: '1\n',
  },
  {
    test: 'testMultiStageImplicitFrom',
    about: 'a stage with the name of an image',
    dockerfile: lines(
      ...['FROM busybox AS golang', 'RUN echo -n foo >/go', 'FROM scratch'],
      'COPY --from=golang /go go',
    ),
    out: { go: 'foo' },
  },
  {
    test: 'testMultiStageCaseInsensitive',
    dockerfile: lines(
      ...['FROM scratch AS STAge0', 'COPY foo bar', 'FROM scratch AS staGE1'],
      ...['COPY --from=staGE0 bar baz', 'FROM scratch', 'COPY --from=stage1 baz bax'],
    ),
    files: { foo: 'f' },
    flags: '--target Stage1',
    out: { baz: 'f' },
  },
  {
    test: 'testWildcardRenameCache',
    dockerfile: lines('FROM busybox', 'COPY file* /files/', 'RUN ls /files/file1'),
    files: { file1: 'f' },
    run: 'docker build -q . >/dev/null 2>&1; echo $?; mv file1 file2; docker build -q . >/dev/null 2>&1; echo $?',
    prints: '0\n1\n',
  },
  {
    test: 'testCopyUnicodePath',
    dockerfile: lines(
      ...['FROM scratch', 'COPY ./test-äöü.txt /', 'COPY ./test-%C3%A4%C3%B6%C3%BC.txt /'],
      'COPY ./test+aou.txt /',
    ),
    files: { 'test-äöü.txt': 'f', 'test-%C3%A4%C3%B6%C3%BC.txt': 'b', 'test+aou.txt': 'z' },
    out: { 'test-äöü.txt': 'f', 'test-%C3%A4%C3%B6%C3%BC.txt': 'b', 'test+aou.txt': 'z' },
  },
];
