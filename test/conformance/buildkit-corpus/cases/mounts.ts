// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { type Case, lines } from '../case.ts';

export const mountCases: readonly Case[] = [
  {
    test: 'testMountContext',
    dockerfile: lines('FROM busybox', 'RUN --mount=target=/c [ "$(cat /c/t)" = c0 ]'),
    files: { t: 'c0' },
  },
  {
    test: 'testMountTmpfs',
    dockerfile: lines(
      ...['FROM busybox', 'RUN --mount=target=/t,type=tmpfs touch /t/foo', 'RUN [ ! -f /t/foo ]'],
    ),
  },
  {
    test: 'testMountInvalid',
    about: 'a flag',
    dockerfile: lines('FROM scratch', 'RUN --mont=target=/t,type=tmpfs /bin/true'),
    fails: ['unknown flag: --mont', 'did you mean mount?'],
  },
  {
    test: 'testMountInvalid',
    about: 'a key',
    dockerfile: lines('FROM scratch', 'RUN --mount=typ=tmpfs /bin/true'),
    fails: ["unexpected key 'typ'", 'did you mean type?'],
  },
  {
    test: 'testMountInvalid',
    about: 'a type',
    dockerfile: lines('FROM scratch', 'RUN --mount=type=tmp /bin/true'),
    fails: ['unsupported mount type "tmp"', 'did you mean tmpfs?'],
  },
  {
    test: 'testMountRWCache',
    dockerfile: lines(
      ...['from busybox AS build', 'copy bust /', 'run mkdir out && echo foo >out/foo'],
      'from busybox as second',
      'RUN --mount=from=build,src=out,target=/out,rw touch /out/bar && head -c 100 /dev/urandom | sha256sum >/unique',
      ...['from scratch', 'COPY --from=second /unique /'],
    ),
    files: { bust: '0' },
    run: 'docker build -q -o a . >/dev/null && echo 1 >bust && docker build -q -o b . >/dev/null && cmp a/unique b/unique && echo same',
    prints: 'same\n',
  },
  {
    test: 'testCacheMountUser',
    dockerfile: lines(
      'FROM busybox',
      'RUN --mount=type=cache,target=/usercache,uid=1001,gid=1002,mode=0751 [ "$(stat -c "%u %g %f" /usercache)" = "1001 1002 41e9" ]',
    ),
  },
  {
    test: 'testCacheMountDefaultID',
    dockerfile: lines(
      ...['FROM busybox', 'RUN --mount=type=cache,target=/id1 touch /id1/foo'],
      ...['RUN --mount=type=cache,target=/id2 [ ! -f /id2/foo ]'],
      'RUN --mount=type=cache,target=/id1 [ -f /id1/foo ]',
    ),
  },
  {
    test: 'testMountEnvVar',
    dockerfile: lines(
      ...[
        'FROM busybox',
        'ENV P=/envcache',
        'RUN --mount=type=cache,target=/envcache touch $P/foo',
      ],
      'RUN --mount=type=cache,target=$P [ -f $P/foo ]',
    ),
  },
  {
    test: 'testMountArg',
    dockerfile: lines(
      ...[
        'FROM busybox',
        'ARG T=cache',
        'RUN --mount=type=$T,target=/argcache touch /argcache/foo',
      ],
      'RUN --mount=type=cache,target=/argcache [ -f /argcache/foo ]',
    ),
  },
  {
    test: 'testMountEnvAcrossStages',
    dockerfile: lines(
      ...['FROM busybox as stage1', 'ENV I=across', 'ENV T=cache'],
      ...['RUN --mount=type=cache,id=across,target=/abc touch /abc/foo'],
      ...['RUN --mount=type=$T,id=$I,target=/cba [ -f /cba/foo ]', 'FROM stage1'],
      'RUN --mount=type=$T,id=$I,target=/any [ -f /any/foo ]',
    ),
  },
  {
    test: 'testMountMetaArg',
    dockerfile: lines(
      ...['ARG M=/tmp/meta', 'FROM busybox', 'ARG M'],
      ...['RUN --mount=type=cache,id=meta,target=/tmp/meta touch /tmp/meta/foo'],
      'RUN --mount=type=cache,id=meta,target=$M [ -f /tmp/meta/foo ]',
    ),
  },
  {
    test: 'testMountFromError',
    dockerfile: lines(
      ...['FROM busybox as test', 'RUN touch /t', 'FROM busybox', 'ENV ttt=test'],
      'RUN --mount=from=$ttt,type=cache,target=/tmp ls',
    ),
    fails: "'from' doesn't support variable expansion, define alias stage instead",
  },
  {
    test: 'testMountTmpfsSize',
    dockerfile: lines(
      'FROM busybox',
      'RUN --mount=type=tmpfs,target=/dev/shm,size=128m mount | grep /dev/shm | grep size=131072k',
    ),
  },
  {
    test: 'testMountDuplicate',
    dockerfile: lines(
      ...['FROM busybox AS base', 'RUN --mount=source=.,target=/tmp/test \\'],
      ...['  --mount=source=b.txt,target=/tmp/b.txt \\', '  cat /tmp/test/a.txt /tmp/b.txt >/both'],
      ...['FROM scratch', 'COPY --from=base /both /'],
    ),
    files: { 'a.txt': 'foo\n', 'b.txt': 'bar\n' },
    run: 'docker build -q -o o . >/dev/null && cat o/both && echo new >a.txt && docker build -q -o o . >/dev/null && cat o/both',
    prints: 'foo\nbar\nnew\nbar\n',
  },
  {
    test: 'testCacheMountParallel',
    dockerfile: lines(
      'FROM alpine AS b1',
      'RUN --mount=type=cache,target=/foo/bar --mount=type=cache,target=/foo/bar/baz echo 1',
      'FROM alpine AS b2',
      'RUN --mount=type=cache,target=/foo/bar --mount=type=cache,target=/foo/bar/baz echo 2',
      ...['FROM scratch', 'COPY --from=b1 /etc/passwd p1', 'COPY --from=b2 /etc/passwd p2'],
    ),
    run: 'for i in 1 2 3 4; do docker build -q --no-cache . >/dev/null || echo failed; done; echo done',
    prints: 'done\n',
  },
  {
    test: 'testSecretFileParams',
    dockerfile: lines(
      'FROM busybox',
      'RUN --mount=type=secret,required=false,mode=741,uid=100,gid=102,target=/mysecret [ "$(stat -c "%u %g %f" /mysecret)" = "100 102 81e1" ]',
      'RUN [ ! -f /mysecret ]',
    ),
    files: { s: 'pw' },
    flags: '--secret id=mysecret,src=s',
  },
  {
    test: 'testSecretRequiredWithoutValue',
    dockerfile: lines('FROM busybox', 'RUN --mount=type=secret,required,id=mysecret foo'),
    fails: 'secret mysecret: not found',
  },
  {
    test: 'testSecretAsEnviron',
    dockerfile: lines(
      ...['FROM busybox', 'ENV S=foo'],
      'RUN --mount=type=secret,id=mysecret,env=S [ "$S" = pw ] && [ ! -f /run/secrets/mysecret ] || false',
    ),
    files: { s: 'pw' },
    run: 'docker build --progress plain --secret id=mysecret,src=s . 2>&1 | grep -o "\\[ \\"....\\" = pw \\]" | sort -u',
    prints: '[ "****" = pw ]\n',
  },
  {
    test: 'testSecretAsEnvironWithFileMount',
    dockerfile: lines(
      'FROM busybox',
      'RUN --mount=type=secret,id=mysecret,target=/run/secrets/secret,env=S [ "$S" = pw ] && [ -f /run/secrets/secret ] || false',
    ),
    files: { s: 'pw' },
    flags: '--secret id=mysecret,src=s',
  },
  {
    test: 'testSSHSocketParams',
    dockerfile: lines(
      'FROM busybox',
      'RUN --mount=type=ssh,mode=741,uid=100,gid=102 [ "$(stat -c "%u %g %f" $SSH_AUTH_SOCK)" = "100 102 c1e1" ]',
    ),
    run: 'eval $(ssh-agent -s) >/dev/null; docker build -q --ssh default . >/dev/null; echo $?; kill $SSH_AGENT_PID',
    prints: '0\n',
  },
  {
    test: 'testRunDefaultNetwork',
    dockerfile: lines('FROM busybox', 'RUN ls /sys/class/net | grep eth0'),
  },
  {
    test: 'testRunNoNetwork',
    dockerfile: lines(
      ...['FROM busybox', 'RUN --network=none ! ls /sys/class/net | grep eth0'],
      'RUN ls /sys/class/net | grep eth0',
    ),
  },
  {
    test: 'testRunHostNetwork',
    about: 'not allowed',
    dockerfile: lines('FROM busybox', 'RUN --network=host true'),
    fails: 'network.host is not allowed',
  },
  {
    test: 'testRunGlobalNetwork',
    dockerfile: lines('FROM busybox', 'RUN --network=none [ $(ls /sys/class/net | wc -l) = 1 ]'),
    flags: '--network host',
  },
  {
    test: 'testRunSecurityInsecure',
    about: 'not allowed',
    dockerfile: lines('FROM busybox', 'RUN --security=insecure true'),
    fails: 'security.insecure is not allowed',
  },
  {
    test: 'testRunSecuritySandbox',
    dockerfile: lines(
      ...[
        'FROM busybox',
        'RUN --security=sandbox grep "CapBnd:.00000000a80425fb" /proc/self/status',
      ],
    ),
  },
  {
    test: 'testRunSecurityDefault',
    dockerfile: lines('FROM busybox', 'RUN grep "CapBnd:.00000000a80425fb" /proc/self/status'),
  },
];
