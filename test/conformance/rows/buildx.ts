import { group } from '../row.ts';
import { built, dockerfile } from './build-script.ts';

/** Quits the numbers of steps and their times, which depend on what runs at the same time. */
const plain =
  "2>&1 | sed -E 's/^#[0-9]+ //; s/^[0-9.]+ //; s/ref [0-9a-z-]+::[0-9a-z]+/ref/; s/sha256:[0-9a-f]+/sha256/'";
/** Only the end of a failed build: the quoted lines and the error. */
const failure = "2>&1 | grep -v '^#' | sed -E 's/^[0-9.]+ //; s/ref [0-9a-z-]+::[0-9a-z]+/ref/'";

/** `docker build` through BuildKit, as clients build by default. */
export const buildx = group('buildx', [
  built(['FROM box', 'ENV A=1', 'WORKDIR /w', 'RUN echo $A >g', 'CMD ["cat", "g"]']),
  `echo content >f; ${built(['FROM box', 'COPY f /d/', 'CMD ["cat", "/d/f"]'])}`,
  'docker history --format "{{.CreatedBy}} {{.Comment}}" --no-trunc made:b',
  'docker image inspect -f "{{json .Config}} {{.Architecture}} {{.Os}}" made:b | tr , "\\n"',
  {
    run: `echo content >f; ${dockerfile('FROM box', 'WORKDIR /w', 'COPY f .', 'RUN echo out; echo err >&2')}; docker build --progress=plain -t made:p . ${plain} | grep -v '^$\\|^DONE\\|^CACHED\\|transferring\\|done$\\|^exporting layers$\\|^writing image'`,
    sorted: true,
  },
  {
    run: `docker build --progress=plain -t made:p . ${plain} | grep -A1 '^\\[[234]' | grep -v '^--'`,
    sorted: true,
  },
  {
    run: `${dockerfile('FROM box AS one', 'RUN echo staged >/s', 'FROM box AS unused', 'RUN false', 'FROM box', 'COPY --from=one /s /s', 'CMD ["cat", "/s"]')}; docker build --progress=plain -t made:s . ${plain} | grep '^\\['; docker run --rm made:s`,
    sorted: true,
  },
  built(['FROM box', 'COPY no*pe /none/', 'CMD ["ls", "-d", "/none"]']),
  built(['FROM box AS a', 'ARG my=x', 'FROM a', 'RUN echo "[$my]" >/r', 'CMD ["cat", "/r"]']),
  built(['ARG T=box', 'FROM $T', 'ARG T', 'RUN echo "[$T]" >/r', 'CMD ["cat", "/r"]']),
  built(['FROM box', 'ARG V=none', 'RUN echo $V >/v', 'CMD ["cat", "/v"]'], '--build-arg V=given'),
  'docker history --format "{{.CreatedBy}}" made:b',
  built([
    'FROM box',
    'ARG TARGETARCH',
    'ARG BUILDPLATFORM',
    'RUN echo $TARGETARCH $BUILDPLATFORM >/v',
    'CMD ["cat", "/v"]',
  ]),
  built(
    ['FROM box AS one', 'RUN echo 1 >/n', 'FROM one AS two', 'RUN echo 2 >/n'],
    '--target one',
    'cat /n',
  ),
  built(
    ['FROM box', 'LABEL a=b'],
    '--label c=d --label "e=f g"',
    'true; docker image inspect -f "{{json .Config.Labels}}" made:b',
  ),
  built([
    'FROM box',
    'USER 33',
    'EXPOSE 80',
    'VOLUME /d',
    'ENTRYPOINT ["id", "-u"]',
    'HEALTHCHECK CMD true',
    'STOPSIGNAL INT',
    'ONBUILD RUN true',
    'MAINTAINER me',
  ]),
  'docker image inspect -f "{{json .Config}}" made:b | tr , "\\n"; docker history --format "{{.CreatedBy}}" made:b',
  built([
    'FROM box',
    'RUN <<EOF',
    'echo a',
    'echo b',
    'EOF',
    'COPY <<EOF /h',
    'hello',
    'EOF',
    'CMD ["cat", "/h"]',
  ]),
  {
    run: built(['# syntax=docker/dockerfile:1', 'FROM box', 'CMD ["echo", "syntax"]']),
    prints: 'syntax\n',
  },
  'mkdir c c/d; echo f >c/f; echo g >c/g; echo x >c/d/x; printf "f\\n**/x\\n" >c/.dockerignore; printf "FROM box\\nCOPY . /all\\n" >c/Dockerfile; docker build -q -t made:i c >/dev/null; docker run --rm made:i ls -AR /all',
  'printf "d\\n" >c/Dockerfile.dockerignore; docker build -q -t made:i c >/dev/null; docker run --rm made:i ls -AR /all',
  'echo new >c/g; rm c/f; mkdir c/e; ln -s ../g c/e/link; chmod 755 c/g; docker build -q -t made:i c >/dev/null; docker run --rm made:i sh -c "cat /all/g /all/e/link; stat -c %a /all/g; ls /all"',
  'printf "FROM box\\nCOPY c /in\\n" >Dockerfile; docker build -q -t made:i -f - . <Dockerfile >/dev/null; docker run --rm made:i ls /in',
  'printf "FROM box\\nCMD [\\"echo\\", \\"from stdin\\"]\\n" | docker build -q -t made:o - >/dev/null; docker run --rm made:o',
  'tar c -C c . | docker build -q -t made:o - >/dev/null; docker run --rm made:o ls /all',
  'docker build -q --iidfile i --metadata-file m -t made:o -t made:o2 c >/dev/null; cut -c1-7 i; grep -o "image.name.*" m; docker image ls -q made | sort -u | wc -l',
  // Mistakes.
  `${dockerfile('FROM box', 'NOSUCH x')}; docker build . ${failure}`,
  `${dockerfile('FROM box', 'RUN echo before', 'RUN echo out; exit 9')}; docker build . ${failure}`,
  `${dockerfile('FROM box', 'COPY nosuch /x')}; docker build . ${failure}`,
  `${dockerfile('FROM box')}; docker build --target nosuch . ${failure}`,
  'docker build nosuch-directory',
  // Contexts by name.
  `mkdir x; echo ctx >x/f; ${built(['FROM box', 'COPY --from=more f /f', 'CMD ["cat", "/f"]'], '--build-context more=x')}`,
  built(['FROM nowhere', 'CMD ["echo", "named"]'], '--build-context nowhere=docker-image://box'),
  // Mounts.
  built([
    'FROM box',
    'RUN --mount=type=cache,target=/c echo c >/c/f',
    'RUN --mount=type=cache,target=/c ls /c >/r',
    'RUN ls -d /c >>/r 2>&1; true',
    'CMD ["cat", "/r"]',
  ]),
  `echo secret >s; ${built(['FROM box', 'RUN --mount=type=secret,id=s cat /run/secrets/s >/r; stat -c %a /run/secrets/s >>/r', 'CMD ["cat", "/r"]'], '--secret id=s,src=s')}`,
  `${built(['FROM box', 'RUN --mount=type=secret,id=v,env=V echo $V >/r', 'CMD ["cat", "/r"]'], '--secret id=v,env=HOME')} | wc -l`,
  `${dockerfile('FROM box', 'RUN --mount=type=secret,id=none,required=true true')}; docker build . 2>&1 | tail -1`,
  `echo bound >f; ${built(['FROM box', 'RUN --mount=target=/b cat /b/f >/r; echo x >/b/g || echo readonly >>/r', 'CMD ["cat", "/r"]'])} 2>&1`,
  built([
    'FROM box AS a',
    'RUN echo 1 >/one',
    'FROM box',
    'RUN --mount=type=bind,from=a,source=/one,target=/x cat /x >/r',
    'CMD ["cat", "/r"]',
  ]),
  built([
    'FROM box',
    'RUN --mount=type=tmpfs,target=/t echo t >/t/f; ls /t >/r',
    'RUN ls -d /t >>/r 2>&1; true',
    'CMD ["cat", "/r"]',
  ]),
  `eval $(ssh-agent -s) >/dev/null; ${built(['FROM box', 'RUN --mount=type=ssh test -S $SSH_AUTH_SOCK && echo $SSH_AUTH_SOCK >/r', 'CMD ["cat", "/r"]'], '--ssh default')}; kill $SSH_AGENT_PID`,
  // The network.
  built(['FROM box', 'RUN --network=none ls /sys/class/net >/r', 'CMD ["cat", "/r"]']),
  built(['FROM box', 'RUN grep foo /etc/hosts >/r', 'CMD ["cat", "/r"]'], '--add-host foo=1.2.3.4'),
  `${dockerfile('FROM box', 'RUN --network=host true')}; docker build . 2>&1 | tail -1`,
  // Outputs.
  `echo x >f; ${dockerfile('FROM scratch', 'COPY f /f', 'COPY c /c')}; docker build -q -o out . ; find out | sort; cat out/f; docker build -q -o - . | tar t`,
  `${dockerfile('FROM box', 'RUN echo r >/r')}; docker build -q -o type=tar,dest=o.tar .; tar xOf o.tar r`,
  // Several targets.
  'mkdir t u; printf "FROM box\\nCOPY f /f\\nCMD [\\"cat\\", \\"/f\\"]\\n" | tee t/Dockerfile >u/Dockerfile; echo T >t/f; echo U >u/f; printf \'group "default" { targets = ["t", "u"] }\\ntarget "t" {\\n context = "t"\\n tags = ["made:t"]\\n}\\ntarget "u" {\\n context = "u"\\n tags = ["made:u"]\\n}\\n\' >docker-bake.hcl; docker buildx bake >o 2>&1 || cat o; docker run --rm made:t; docker run --rm made:u',
  'printf "FROM base\\nCOPY f /g\\nCMD [\\"cat\\", \\"/f\\", \\"/g\\"]\\n" >t/Dockerfile; printf \'target "default" {\\n context = "t"\\n tags = ["made:t"]\\n contexts = { base = "target:u" }\\n}\\ntarget "u" { context = "u" }\\n\' >docker-bake.hcl; docker buildx bake >o 2>&1 || cat o; docker run --rm made:t',
  'printf "services:\\n  web:\\n    build: u\\n  two:\\n    build: {context: u, args: {X: 1}}\\n" >compose.yaml; docker compose -p made build -q; docker compose -p made up --build 2>&1 | grep -- "-1  |" | sort; docker compose -p made down -v >/dev/null 2>&1',
  'docker buildx history ls --format "{{.Status}}" | head -1',
  `${dockerfile('FROM box', 'RUN sleep 30')}; timeout -s INT 3 docker build . >/dev/null 2>&1; echo $?; sleep 2; docker ps -aq | wc -l`,
]);
