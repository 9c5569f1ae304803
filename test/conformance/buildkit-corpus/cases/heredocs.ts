// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

const doc = (start: string, target: string, ...content: readonly string[]) => [
  ...[`COPY ${start} ${target}`, ...content, 'EOF'],
];

export const heredocCases: readonly Case[] = [
  {
    test: 'testCopyHeredoc',
    dockerfile: lines(
      ...['FROM busybox AS build', 'WORKDIR /dest', ...doc('<<EOF', 'single', 'single file')],
      ...['COPY <<EOF <<EOF2 double/', 'first file', 'EOF', 'second file', 'EOF2'],
      ...['COPY --chmod=777 <<EOF /p/all', 'dummy', 'EOF'],
      ...['COPY --chmod=0644 <<EOF /p/rw', 'dummy', 'EOF'],
      ...['COPY --chown=user:user <<EOF /p/owned', 'dummy', 'EOF'],
      'RUN stat -c "%04a" /p/all /p/rw >perms && stat -c "%U:%G" /p/owned >>perms',
      ...['FROM scratch', 'COPY --from=build /dest /'],
    ),
    out: {
      ...{ single: 'single file\n', 'double/EOF': 'first file\n', 'double/EOF2': 'second file\n' },
      perms: '0777\n0644\nuser:user\n',
    },
  },
  {
    test: 'testCopyHeredocSpecialSymbols',
    dockerfile: lines(
      ...['FROM scratch', ...doc('<<EOF', 'q', '"quotes"'), ...doc('<<EOF', 's1', '\\')],
      ...[...doc('<<EOF', 's2', '\\\\'), ...doc('<<EOF', 's3', '\\$')],
      ...[...doc('<<"EOF"', 'r1', '\\'), ...doc('<<"EOF"', 'r2', '\\\\')],
      ...doc('<<"EOF"', 'r3', '\\$'),
    ),
    out: {
      ...{ q: '"quotes"\n', s1: '\n', s2: '\\\n', s3: '$\n', r1: '\\\n', r2: '\\\\\n' },
      r3: '\\$\n',
    },
  },
  {
    test: 'testRunBasicHeredoc',
    dockerfile: lines(
      ...['FROM busybox AS build', 'RUN <<EOF', 'echo "i am" >>/dest', 'whoami >>/dest', 'EOF'],
      ...['FROM scratch', 'COPY --from=build /dest /dest'],
    ),
    out: { dest: 'i am\nroot\n' },
  },
  {
    test: 'testRunFakeHeredoc',
    dockerfile: lines(
      ...['FROM busybox AS build', 'SHELL ["/bin/awk"]', 'RUN <<EOF', 'BEGIN {'],
      ...['  print "foo" > "/dest"', '}', 'EOF', 'FROM scratch', 'COPY --from=build /dest /dest'],
    ),
    out: { dest: 'foo\n' },
  },
  {
    test: 'testRunShebangHeredoc',
    dockerfile: lines(
      ...['FROM busybox AS build', 'RUN <<EOF', '#!/bin/awk -f', 'BEGIN {'],
      ...['  print "hello" >> "/dest"', '  print "world" >> "/dest"', '}', 'EOF'],
      ...['FROM scratch', 'COPY --from=build /dest /dest'],
    ),
    out: { dest: 'hello\nworld\n' },
  },
  {
    test: 'testRunComplexHeredoc',
    dockerfile: lines(
      ...['FROM busybox AS build', 'WORKDIR /dest'],
      "RUN cat <<E1 | tr '[:upper:]' '[:lower:]' >./out1; \\",
      "  cat <<E2 | tr '[:lower:]' '[:upper:]' >./out2",
      ...[
        'hello WORLD',
        'E1',
        'HELLO world',
        'E2',
        'RUN 3<<IN1 4<<IN2 cat /proc/self/fd/3 /proc/self/fd/4 >fds',
      ],
      ...['third', 'IN1', 'fourth', 'IN2', 'FROM scratch', 'COPY --from=build /dest /'],
    ),
    out: { out1: 'hello world\n', out2: 'HELLO WORLD\n', fds: 'third\nfourth\n' },
  },
  {
    test: 'testHeredocIndent',
    dockerfile: lines(
      ...['FROM busybox AS build', 'COPY <<EOF /dest/foo-copy', '\tfoo', 'EOF'],
      ...['COPY <<-EOF /dest/bar-copy', '\tbar', 'EOF'],
      ...['RUN <<EOF', 'echo "', '\tfoo" >/dest/foo-run', 'EOF'],
      ...['RUN <<-EOF', 'echo "', '\tbar" >/dest/bar-run', 'EOF'],
      ...['RUN <<EOF', '#!/bin/sh', 'echo "', '\tfoo" >/dest/foo2-run', 'EOF'],
      ...['RUN <<-EOF', '#!/bin/sh', 'echo "', '\tbar" >/dest/bar2-run', 'EOF'],
      ...['RUN <<EOF sh >/dest/foo3-run', 'echo "', '\tfoo"', 'EOF'],
      ...['RUN <<-EOF sh >/dest/bar3-run', 'echo "', '\tbar"', 'EOF'],
      ...['FROM scratch', 'COPY --from=build /dest /'],
    ),
    out: {
      ...{ 'foo-copy': '\tfoo\n', 'foo-run': '\n\tfoo\n', 'foo2-run': '\n\tfoo\n' },
      ...{ 'foo3-run': '\n\tfoo\n', 'bar-copy': 'bar\n', 'bar-run': '\nbar\n' },
      ...{ 'bar2-run': '\nbar\n', 'bar3-run': '\nbar\n' },
    },
  },
  {
    test: 'testHeredocVarSubstitution',
    dockerfile: lines(
      ...['FROM busybox AS build', 'ARG name=world', ...doc('<<EOF', '/d/c1', 'Hello ${name}!')],
      ...[...doc("<<'EOF'", '/d/c2', 'Hello ${name}!'), ...doc('<<"EOF"', '/d/c3', '${name}!')],
      ...[...doc('<<EOF', '/d/q1', "'${name}'!"), ...doc('<<EOF', '/d/q2', '"${name}"!')],
      ...doc("<<'EOF'", '/d/s1', "'${name}'!"),
      ...['RUN <<EOF', 'greeting="Hello"', 'echo "${greeting} ${name}!" >/d/r1', 'EOF'],
      ...['RUN <<EOF', 'name="new world"', 'echo "Hello ${name}!" >/d/r2', 'EOF'],
      ...['FROM scratch', 'COPY --from=build /d /'],
    ),
    out: {
      ...{ c1: 'Hello world!\n', c2: 'Hello ${name}!\n', c3: '${name}!\n', q1: "'world'!\n" },
      ...{ q2: '"world"!\n', s1: "'${name}'!\n", r1: 'Hello world!\n', r2: 'Hello new world!\n' },
    },
  },
];
