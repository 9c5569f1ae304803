// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

/** `foo` on the server. */
const SUM = 'sha256:d0b425e00e15a0d36b9b361f02bab63563aed6cb4665083905386c55d5b679fa';
const add = (instruction: string) => lines('FROM scratch', 'ARG WEB', instruction);
const web = '--build-arg WEB=$WEB';
const checksum = (about: string, sum: string, fails?: string): Case => ({
  test: 'testAddChecksum',
  about,
  dockerfile: add(`ADD --checksum=${sum} $WEB/foo /tmp/foo`),
  flags: web,
  ...(fails === undefined ? { out: { 'tmp/foo': 'content1' } } : { fails }),
});
const git = (about: string, reference: string, out: Case['out']): Case => ({
  test: 'testDockerfileFromGitSHA1',
  about,
  dockerfile: '',
  run: `docker build -q -o o $WEB/repo.git${reference} >/dev/null && ls o`,
  prints: `${Object.keys(out ?? {}).join('\n')}\n`,
});

export const remoteCases: readonly Case[] = [
  {
    test: 'testDockerfileADDFromURL',
    dockerfile: add('ADD $WEB/foo /dest/'),
    flags: web,
    out: { 'dest/foo': 'content1' },
  },
  {
    test: 'testDockerfileAddArchive',
    dockerfile: lines('FROM scratch', 'ADD t.tar /'),
    before: 'echo -n c0 >foo; tar cf t.tar foo; rm foo',
    out: { foo: 'c0' },
  },
  {
    test: 'testDockerfileAddArchive',
    about: 'compressed',
    dockerfile: lines('FROM scratch', 'ADD t.tar.gz /'),
    before: 'echo -n c0 >foo; tar czf t.tar.gz foo; rm foo',
    out: { foo: 'c0' },
  },
  {
    test: 'testDockerfileAddArchive',
    about: '--unpack=false',
    dockerfile: lines('FROM scratch', 'ADD --unpack=false t.tar.gz /'),
    before: 'echo -n c0 >foo; tar czf t.tar.gz foo; rm foo',
    run: 'docker build -q -o o . >/dev/null && ls o && cmp t.tar.gz o/t.tar.gz',
    prints: 't.tar.gz\n',
  },
  {
    test: 'testDockerfileAddArchive',
    about: 'COPY',
    dockerfile: lines('FROM scratch', 'COPY t.tar.gz /'),
    before: 'echo -n c0 >foo; tar czf t.tar.gz foo; rm foo',
    run: 'docker build -q -o o . >/dev/null && ls o',
    prints: 't.tar.gz\n',
  },
  {
    test: 'testDockerfileAddArchive',
    about: 'from a server',
    dockerfile: add('ADD $WEB/t.tar.gz /'),
    run: 'docker build -q --build-arg WEB=$WEB -o o . >/dev/null && ls o',
    prints: 't.tar.gz\n',
  },
  {
    test: 'testDockerfileAddArchive',
    about: 'from a server, --unpack',
    dockerfile: add('ADD --unpack=true $WEB/t.tar.gz /dest/'),
    flags: web,
    out: { 'dest/foo': 'content1' },
  },
  {
    test: 'testDockerfileAddArchive',
    about: 'from a server, with another name',
    dockerfile: add('ADD $WEB/t.tar.gz /newname.tar.gz'),
    run: 'docker build -q --build-arg WEB=$WEB -o o . >/dev/null && ls o',
    prints: 'newname.tar.gz\n',
  },
  {
    test: 'testDockerfileAddChownArchive',
    dockerfile: lines('FROM scratch', 'ADD --chown=100:200 t.tar /out/'),
    before: 'echo -n c0 >foo; tar cf t.tar foo; rm foo',
    run: 'docker build -q -o - . | tar tv --numeric-owner | sed "s/ .* /  /; s/^[^ ]*//" >/dev/null; docker build -q -o - . | tar tv --numeric-owner | grep -c "100/200"',
    prints: '2\n',
  },
  {
    test: 'testDockerfileAddArchiveWildcard',
    dockerfile: lines('FROM scratch', 'ADD *.tar /dest'),
    before: 'echo -n c0 >foo; echo -n c1 >bar; tar cf t.tar foo; tar cf b.tar bar; rm foo bar',
    out: { 'dest/foo': 'c0', 'dest/bar': 'c1' },
  },
  {
    test: 'testDockerfileAddChownExpand',
    dockerfile: lines(
      ...['FROM busybox', 'ARG group', 'ENV owner 1000', 'ADD --chown=${owner}:${group} foo /'],
      'RUN [ "$(stat -c "%u %G" /foo)" = "1000 nobody" ]',
    ),
    files: { foo: 'f' },
    flags: '--build-arg group=nobody',
  },
  {
    test: 'testAddURLChmod',
    dockerfile: lines(
      ...['FROM busybox AS build', 'ARG WEB', 'ADD --chmod=644 $WEB/foo /1'],
      ...['ADD --chmod=755 $WEB/foo /2', 'ADD --chmod=0413 $WEB/foo /3', 'ARG mode'],
      ...['ADD --chmod=${mode} $WEB/foo /4', 'RUN stat -c "%04a" /1 /2 /3 /4 >/dest'],
      ...['FROM scratch', 'COPY --from=build /dest /'],
    ),
    flags: `${web} --build-arg mode=400`,
    out: { dest: '0644\n0755\n0413\n0400\n' },
  },
  ...['64a', '10000'].map((mode) => ({
    test: 'testAddInvalidChmod',
    about: mode,
    dockerfile: lines('FROM scratch', `ADD --chmod=${mode} foo /`),
    files: { foo: 'f' },
    fails: `invalid chmod parameter: '${mode}'. it should be octal string and between 0 and 07777`,
  })),
  checksum('right', SUM),
  {
    test: 'testAddChecksum',
    about: 'from a variable',
    dockerfile: lines(
      ...['FROM scratch', 'ARG WEB', `ENV DIGEST=${SUM}`, 'ENV LINK=$WEB/foo'],
      'ADD --checksum=${DIGEST} ${LINK} /tmp/foo',
    ),
    flags: web,
    out: { 'tmp/foo': 'content1' },
  },
  checksum('another sum', `sha256:${'0'.repeat(64)}`, 'digest mismatch'),
  checksum('md5', 'md5:7e55db001d319a94b0b713529a756623', 'unsupported digest algorithm'),
  checksum('an unknown algorithm', `unknown:${'0'.repeat(64)}`, 'unsupported digest algorithm'),
  checksum('no algorithm', '0'.repeat(64), 'invalid checksum digest format'),
  {
    test: 'testAddChecksum',
    about: 'a local file',
    dockerfile: lines('FROM scratch', `ADD --checksum=${SUM} foo /tmp/foo`),
    files: { foo: 'content1' },
    fails: 'checksum requires HTTP(S) or Git sources',
  },
  {
    test: 'testHTTPDockerfile',
    dockerfile: '',
    run: 'docker build -q -o o $WEB/df >/dev/null && cat o/foo',
    prints: 'foo-contents',
  },
  {
    test: 'testDockerfileFromHTTP',
    dockerfile: '',
    run: 'docker build -q -f mydockerfile -o o $WEB/ctx.tar >/dev/null && cat o/bar',
    prints: 'content1',
  },
  git('a branch', '#first', { bar: '' }),
  git('the default branch', '', { bar: '', bar2: '' }),
  { ...git('a branch', "'?branch=first'", { bar: '' }), test: 'testGitQueryString' },
  {
    test: 'testAddGitSHA1',
    dockerfile: add('ADD $WEB/repo.git#first /x/'),
    run: 'docker build -q --build-arg WEB=$WEB -o o . >/dev/null && ls -A o/x',
    prints: 'Dockerfile\n',
  },
  {
    test: 'testAddGitSHA1',
    about: '--keep-git-dir',
    dockerfile: add('ADD --keep-git-dir=true $WEB/repo.git#first /x/'),
    run: 'docker build -q --build-arg WEB=$WEB -o o . >/dev/null && ls -A o/x',
    prints: '.git\nDockerfile\n',
  },
  {
    test: 'testAddGitChecksumCache',
    about: 'another commit',
    dockerfile: add(`ADD --checksum=${'1'.repeat(40)} $WEB/repo.git#first /x/`),
    flags: web,
    fails: 'expected checksum to match',
  },
];
