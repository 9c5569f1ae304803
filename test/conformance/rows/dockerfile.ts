// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { group, type Row } from '../row.ts';
import { built, dockerfile } from './build-script.ts';

/** Prints the end of a failed build: the quoted lines and the error. */
const failed = (lines: readonly string[], flags = '') =>
  `${dockerfile(...lines)}; docker build ${flags} . 2>&1 | sed -n '/^Dockerfile:\\|^ERROR/,$p' | sed -E 's/ref [0-9a-z-]+::[0-9a-z]+/ref/; s/overlay2.*merged/image/'`;

/** Prints the files below /d with their permissions and owners, and the history's first step. */
const copied = (lines: readonly string[], flags = '') =>
  `${dockerfile(...lines, 'CMD ["sh", "-c", "cd /d && find . | sort | xargs stat -c \\"%n %A %u:%g\\""]')}; docker build -q -t made:b ${flags} . >/dev/null; docker run --rm made:b; docker history --no-trunc --format '{{.CreatedBy}}' made:b | grep 'COPY\\|ADD' | head -1`;

const copies = (...lines: readonly string[]) => copied(['FROM box', ...lines]);
const fails = (...lines: readonly string[]) => failed(['FROM box', ...lines]);
/** Prints a file that the lines make. */
const prints = (path: string, ...lines: readonly string[]) =>
  built(['FROM box', ...lines, `CMD ["cat", "${path}"]`]);

const labs = '# syntax=docker/dockerfile:1-labs';

/** What only the newest syntax has, which Docker would have to download. */
const newest = (lines: readonly string[], expected: string): Row => ({
  run: copied([labs, ...lines]),
  prints: expected,
});

const imagePath = {
  why: "Docker names the directory of the host on which the image's files are; Berth names the path in the image",
  where: /cannot (copy|replace)/,
};

/** The Dockerfile's language, as BuildKit reads it. */
export const dockerfileLanguage = group('dockerfile', [
  // Here-documents.
  prints('/h', 'RUN cat << EOF > /h', 'hello', 'EOF'),
  prints('/h', 'RUN cat << "EOF" > /h', 'a $HOME', 'EOF'),
  prints('/h', 'RUN cat <<\'A\' <<-"B" >/h', 'a $x', 'A', '\tb $x', '\tB'),
  prints('/h', 'RUN <<A cat >/h && cat <<B >>/h', 'a', 'A', 'b', 'B'),
  prints('/h', 'RUN <<-EOF', '\techo $HOME >/h', '\t\techo two >>/h', '\tEOF'),
  prints('/h', 'RUN <<EOF sh', 'echo in sh >/h', 'EOF'),
  'docker history --no-trunc --format "{{.CreatedBy}}" made:b | head -5',
  prints('/h', 'RUN <<EOF', '#!/bin/sh', 'echo $0 >/h; ls -a /dev/pipes >>/h', 'EOF'),
  'docker history --no-trunc --format "{{.CreatedBy}}" made:b | head -3; docker run --rm made:b ls -d /dev/pipes',
  prints('/h', 'ENV v=1', 'COPY <<EOF /h', 'a\\n $v \\$v `x` "$v" ${v:-q} \\\\ \\', 'EOF'),
  prints('/h', 'ENV v=1', 'COPY <<-EOF /h', '\ta', '\t\tb $v', '\tEOF'),
  prints('/h', 'ENV v=1', 'COPY <<"EOF" /h', 'a $v \\n', 'EOF'),
  copies('COPY <<a <<b /d/', 'A', 'a', 'B', 'b'),
  prints('/d', 'COPY <<a <<b /d', 'A', 'a', 'B', 'b'),
  `${dockerfile('FROM box', 'ONBUILD COPY <<EOF /h', 'triggered', 'EOF')}; docker build -q -t made:on . >/dev/null; ${built(['FROM made:on', 'CMD ["cat", "/h"]'])}; docker image inspect -f "{{json .Config.OnBuild}}" made:on`,
  {
    run: prints('/h', 'COPY << EOF /h', 'with a blank', 'EOF'),
    differs: {
      why: 'Docker reads a blank before the name only in RUN, and looks for files named << and EOF',
    },
  },
  fails('RUN cat<<A >/h', 'hello', 'A'),
  fails('RUN cat <<A >/h', 'a'),
  fails('COPY f <<EOF', 'EOF'),
  // Directives.
  built(['#check=skip=all', '# escape=`', 'FROM box', 'RUN echo `', 'hi >/h', 'CMD ["cat","/h"]']),
  failed(['# escape=x', 'FROM box']),
  failed(['# escape=\\', '# escape=\\', 'FROM box']),
  failed(['# nothing else']),
  {
    run: failed(['# syntax=example.com/own/frontend:1', 'FROM box']),
    prints: [
      'Dockerfile:1',
      '----',
      ' 1 | >>> # syntax=example.com/own/frontend:1',
      ' 2 | FROM box',
      ' 3 | ',
      '----',
      "ERROR: failed to build: failed to solve: dockerfile parse error on line 1: Berth can't run the frontend example.com/own/frontend:1. It reads Dockerfiles without a syntax line, or with docker/dockerfile",
      '',
    ].join('\n'),
  },
  // Flags.
  fails('COPY --link=maybe a b'),
  fails('COPY --link= a b'),
  fails('COPY --chown a b'),
  fails('COPY --chown=1 --chown=2 a b'),
  fails('COPY --chwn=1 a b'),
  fails('COPPY a b'),
  fails('COPY --from=$x a b'),
  fails('COPY --from=5 a b'),
  fails('COPY https://example.com/x.git /b'),
  fails('COPY https://example.com/x /b'),
  fails('RUN --network=wifi true'),
  copies('ARG o=3:4 m=600', 'RUN mkdir /s; echo >/s/f', `COPY --chown=$o --chmod=$m <<f /d/`, 'f'),
  // Mounts.
  prints('/h', `RUN --mount='type=tmpfs,"target=/a,b"' ls -d /a,b >/h`),
  fails(`RUN echo "a b"; false`),
  fails('RUN --mount=type=tmpfs,\\"target=/a\\"b true'),
  fails('RUN --mount=type=cach,target=/x true'),
  fails('RUN --mount=typ=cache,target=/x true'),
  fails('RUN --mount=type=cache,sharing=some,target=/x true'),
  fails('RUN --mount=type=cache true'),
  fails('RUN --mount=type=cache,target=/ true'),
  fails('RUN --mount=type=cache,target=/x,required true'),
  fails('RUN --mount=type=tmpfs,target=/x,mode=1 true'),
  fails('RUN --mount=type=tmpfs,target=/x,size=big true'),
  fails('RUN --mount=type=secret true'),
  fails('RUN --mount=type=secret,id=a,source=b true'),
  fails('RUN --mount=type=bind,sharing=locked,target=/x true'),
  fails('RUN --mount=type=bind,from=a$b,target=/x true'),
  fails('RUN --mount=target=/x,colour true'),
  prints(
    '/h',
    "RUN --mount=type=tmpfs,target=/t,size=64k df -k /t | tail -1 | awk '{print $2}' >/h",
  ),
  `echo in-env >key; ${built(['FROM box', 'RUN --mount=type=secret,id=s,env=TOKEN echo "[$TOKEN]" >/h; ls /run/secrets >>/h 2>&1; true', 'CMD ["cat", "/h"]'], '--secret id=s,src=key')}; docker history --no-trunc --format "{{.CreatedBy}}" made:b | head -2`,
  built(
    [
      'FROM box',
      'RUN --mount=type=secret,source=s,target=/x/key,mode=0440,uid=7,gid=8 stat -c "%a %u %g" /x/key >/h; cat /x/key >>/h',
      'CMD ["cat", "/h"]',
    ],
    '--secret id=s,src=key',
  ),
  // Variables.
  `${dockerfile('FROM box', 'ENV v=foo.tar.gz e=', 'ENV a=${v%.*} b=${v%%.*} c=${v#*.} d=${v##*.} f=${v/o/0} g=${v//o/0} h=${e:-x} i=${e-x} j=${v:+y} k=${n+y} l=$$ m=$10 o=${v/f\\*/z} p=${v/./\\/}', 'CMD ["env"]')}; docker build -q -t made:b . >/dev/null; docker run --rm made:b | grep '^[a-p]=' | sort`,
  ...['${n:?}', '"${n?foo bar}"', '${n', '${n/x}', '${n:x}', '${}', '${n#\\x}'].map((value) =>
    fails(`ENV a=${value}`),
  ),
  fails('ENV n=', 'ENV a=${n:?}'),
  fails('ENV a=b c'),
  // The files of COPY.
  'mkdir -p s/sub s/.hid/x; echo a >s/a.txt; echo b >s/sub/b.go; echo c >s/sub/c.md; echo x >s/.hid/x/y; chmod 750 s/sub; ln -s a.txt s/lnk; ls -A s',
  copies('COPY --chmod=700 s/a.txt /d/e/'),
  copies('COPY --chmod=u=rwX,go= s /d/e'),
  copies('COPY --chmod=4711 s /d'),
  copies('COPY --chown=33:44 s/a.txt /d/e/f'),
  copies(
    'RUN echo foo:x:5:7::/: >>/etc/passwd; echo foo:x:9: >>/etc/group; echo bar:x:11: >>/etc/group',
    'COPY --chown=foo s/a.txt /d/a',
    'COPY --chown=foo:bar s/a.txt /d/b',
    'COPY --chown=5 s/a.txt /d/c',
    'COPY --chown=5:bar s/a.txt /d/e',
  ),
  copies('COPY --chown=nosuch:none s/a.txt /d/a'),
  failed(['FROM scratch', 'COPY --chown=nosuch s/a.txt /d/a']),
  copies(
    'RUN mkdir /z; echo 1 >/z/f; chown 3:4 /z/f; chown 5:6 /z; chmod 4711 /z/f',
    'RUN --mount=type=bind,target=/c true',
    'COPY s/a.txt /z/g',
  ),
  copied([
    'FROM box AS x',
    'RUN mkdir /z; echo 1 >/z/f; chown 3:4 /z/f; chown 5:6 /z; chmod 4711 /z/f',
    'FROM box',
    'COPY --from=x /z /d',
    'COPY --from=x /z/f /d/e/',
  ]),
  copies('RUN echo joe:x:77:78::/: >>/etc/passwd', 'USER joe', 'COPY s/a.txt /d/', 'WORKDIR /d/w'),
  copies('COPY --exclude=*.md --exclude=sub/b* s /d'),
  copies('COPY --exclude=**/*.md --exclude=!sub/c.md s /d'),
  copies('COPY --exclude=sub s /d'),
  copies('COPY --exclude=a.txt s/a.txt s/lnk /d/'),
  copies('COPY s/*.txt s/sub/*.go /d/'),
  copies('COPY s/s* /d/'),
  prints('/d', 'COPY s/a.txt s/sub/b.go /d'),
  copies('WORKDIR /d', 'COPY s/a.txt .', 'COPY s/a.txt x/', 'COPY s/a.txt ./y'),
  copies('RUN mkdir -p /d/real && ln -s real /d/l', 'COPY s /d/l'),
  prints('/d/f', 'RUN mkdir /d; echo orig >/d/f; ln -s f /d/a.txt', 'COPY s /d'),
  { run: fails('RUN mkdir -p /d/real && ln -s real /d/sub', 'COPY s /d'), differs: imagePath },
  { run: fails('RUN mkdir -p /d/a.txt', 'COPY s /d'), differs: imagePath },
  { run: fails('RUN touch /f', 'COPY s /f'), differs: imagePath },
  fails('RUN touch /f', 'COPY s/a.txt /f/'),
  fails('RUN touch /f', 'COPY s/a.txt /f/x'),
  {
    run: copies('RUN mkdir -p /d/real && ln -s real /d/l', 'COPY --link s/a.txt /d/l/'),
    differs: {
      why: "with the image store overlay2, Docker ignores --link; as BuildKit's documentation says, Berth doesn't follow links of the image",
    },
  },
  newest(
    ['FROM box', 'COPY --parents s/sub/b.go s/a.txt /d/'],
    '. drwxr-xr-x 0:0\n./s drwxr-xr-x 0:0\n./s/a.txt -rw-r--r-- 0:0\n./s/sub drwxr-x--- 0:0\n./s/sub/b.go -rw-r--r-- 0:0\nCOPY --parents s/sub/b.go s/a.txt /d/ # buildkit\n',
  ),
  newest(
    ['FROM box', 'COPY --parents s/./**/*.go /d/'],
    '. drwxr-xr-x 0:0\n./sub drwxr-x--- 0:0\n./sub/b.go -rw-r--r-- 0:0\nCOPY --parents s/./**/*.go /d/ # buildkit\n',
  ),
  newest(
    [
      'FROM box AS x',
      'COPY s /src/s',
      'FROM box',
      'COPY --parents --exclude=**/*.md --from=x /src/./s/sub /d/',
    ],
    '. drwxr-xr-x 0:0\n./s drwxr-xr-x 0:0\n./s/sub drwxr-x--- 0:0\n./s/sub/b.go -rw-r--r-- 0:0\nCOPY --parents /src/./s/sub /d/ # buildkit\n',
  ),
  // ADD.
  'tar cf x.tar -C s . && tar tf x.tar | wc -l',
  copies('ADD x.tar /d'),
  copies('ADD --chown=3 --chmod=600 x.tar /d/'),
  copies('ADD --unpack=false x.tar /d/'),
  copies('COPY x.tar /d/'),
  `addr=http://$REGISTRY/v2/; printf 'FROM box\\nADD %s /d/\\nCMD ["ls", "-l", "/d"]\\n' $addr >Dockerfile; docker build -q -t made:b . >/dev/null; docker run --rm made:b | awk '{print $1, $9}'`,
  `printf 'FROM box\\nADD --checksum=sha256:%064d %s /d/\\n' 0 $addr >Dockerfile; docker build . 2>&1 | tail -1`,
  `printf 'FROM box\\nADD http://%s/nosuch /d/\\n' $REGISTRY >Dockerfile; docker build . 2>&1 | tail -1`,
  fails('ADD --checksum=sha256:aa http://example.com/v2/ /d/'),
  fails('ADD --checksum=sha256:aa s/a.txt /d/'),
  'rm -rf s x.tar',
]);
