import { group } from '../row.ts';
import { dockerfile, quote } from './build-script.ts';
import { unresolvedBase } from './reasons.ts';

/** Writes `compose.yaml` with the service `web`, whose `build` has these lines. */
const project = (...lines: readonly string[]) =>
  service('image: made:web', 'build:', ...lines.map((line) => `  ${line}`));
const service = (...lines: readonly string[]) =>
  `printf '%s\\n' 'services:' '  web:' ${lines.map((line) => quote(`    ${line}`)).join(' ')} >compose.yaml`;
/** Builds, and shows what failed. */
const build = (flags = '') =>
  `docker compose --progress plain build ${flags} >out 2>&1 || tail -5 out`;
const run = 'docker run --rm made:web';
const up = (flags = '') =>
  `docker compose --progress quiet up --no-log-prefix --no-color ${flags} 2>/dev/null; docker compose down -v -t 0 >/dev/null 2>&1`;

const printed = `name: shop
services:
  one.a: {build: {context: ./sub, dockerfile: Other, args: {A: 1, B: , C: "\${X:-$$\{y}<>}"}, target: x}}
  two:
    image: made:b
    depends_on: [one.a]
    build: {dockerfile_inline: "FROM box\\nRUN true $$\{A}\\n", labels: [a=b], tags: [t1, t2], pull: true, no_cache: true}
  three: {build: {additional_contexts: [a=./a, b=docker-image://box, s=service:two], cache_from: [x, "type=local,src=y"], cache_to: [z], network: host, shm_size: 64m}}
  four:
    image: made:four
    build: {ssh: [default], extra_hosts: [a=1.2.3.4, a=1.2.3.5, "b=::1"], platforms: [linux/amd64, linux/arm64], privileged: true, ulimits: {core: {soft: 3, hard: 3}}, entitlements: [network.host]}
  five:
    platform: linux/amd64
    build: {provenance: mode=max, sbom: true, isolation: default, ulimits: {nofile: 10}, secrets: [t, {source: f, target: q}], context: "https://github.com/a/b.git"}
  six: {image: box}
secrets: {t: {environment: HOME}, f: {file: ./f}}`;
/** The engines have folders of their own. */
const withoutPlace = 'sed "s,$PWD,,"';

/** `docker compose` with services that are built. */
export const composeBuild = group('compose-build', [
  `${dockerfile('FROM box AS first', 'ARG A=none', 'ENV A=$A', 'CMD echo first $A', 'FROM first', 'CMD echo last $A')}; ${project('context: .')}; ${build()}; ${run}`,
  up(),
  `${dockerfile('FROM box', 'CMD echo changed')}; ${up()}; ${up('--build')}`,
  `${dockerfile('FROM box AS first', 'ARG A=none', 'ARG B=none', 'ENV A=$A-$B', 'CMD echo first $A', 'FROM first', 'CMD echo last $A')}; ${project('context: .', 'target: first')}; ${build()}; ${run}`,
  `${project('context: .', 'args: {A: "1", B: null}')}; B=host docker compose build -q; ${run}`,
  `${project('context: .', 'args:', '  - A=list', '  - B=${HOST:-default}')}; ${build()}; ${run}; ${build('--build-arg A=flag')}; ${run}`,
  `${service('build: .')}; ${build()}; docker compose images -q >/dev/null; docker image ls --format '{{.Repository}}' | grep -c web; docker image rm $(docker compose config --images) 2>/dev/null | grep -c Untagged`,
  `mkdir -p sub; printf 'FROM box\\nCOPY f /f\\nCMD ["cat", "/f"]\\n' >sub/Other; echo in sub >sub/f; ${project('context: sub', 'dockerfile: Other')}; ${build()}; ${run}`,
  `${project('context: sub', 'dockerfile_inline: |', '  FROM box', '  COPY f /g', '  CMD ["cat", "/g"]')}; ${build()}; ${run}`,
  `${project('context: sub', 'dockerfile: ../sub/Other', 'labels: {l: m, n: "1"}')}; ${build()}; docker image inspect -f '{{json .Config.Labels}}' made:web | tr , '\\n' | grep -v project`,
  `${project('context: .', 'dockerfile_inline: "FROM box\\nCOPY --from=more f /f\\nCMD [\\"cat\\", \\"/f\\"]"', 'additional_contexts:', '  more: ./sub')}; ${build()}; ${run}`,
  `${project('context: .', 'dockerfile_inline: "FROM more\\nCMD [\\"cat\\", \\"/www/index.html\\"]"', 'additional_contexts: ["more=docker-image://web"]')}; ${build()}; ${run}`,
  `printf 'services:\\n  base:\\n    build: {context: sub, dockerfile: Other}\\n  web:\\n    image: made:web\\n    build:\\n      context: .\\n      dockerfile_inline: "FROM base\\\\nCMD [\\\\"cat\\\\", \\\\"/f\\\\"]"\\n      additional_contexts: {base: "service:base"}\\n' >compose.yaml; ${build()}; ${run}`,
  // Secrets and SSH.
  `echo hush >s; ${project('context: .', 'secrets: [s]', 'dockerfile_inline: "FROM box\\nRUN --mount=type=secret,id=s cat /run/secrets/s >/s\\nCMD [\\"cat\\", \\"/s\\"]"')}; printf 'secrets: {s: {file: ./s}}\\n' >>compose.yaml; ${build()}; ${run}`,
  `${project('context: .', 'secrets: [{source: s, target: t}]', 'dockerfile_inline: "FROM box\\nRUN --mount=type=secret,id=t,env=X echo $$X >/s\\nCMD [\\"cat\\", \\"/s\\"]"')}; printf 'secrets: {s: {environment: HUSH}}\\n' >>compose.yaml; HUSH=env docker compose build -q; ${run}`,
  `eval $(ssh-agent -s) >/dev/null; ${project('context: .', 'ssh: [default]', 'dockerfile_inline: "FROM box\\nRUN --mount=type=ssh test -S $$SSH_AUTH_SOCK && echo agent >/s\\nCMD [\\"cat\\", \\"/s\\"]"')}; ${build()}; kill $SSH_AGENT_PID; ${run}`,
  // Options of the build.
  `${project('context: .', 'dockerfile_inline: "FROM box\\nRUN date +%N >/n"')}; docker compose build -q; docker run --rm made:web cat /n >one; docker compose build -q; docker run --rm made:web cat /n >two; docker compose build -q --no-cache; docker run --rm made:web cat /n >three; cmp -s one two && echo cached; cmp -s one three || echo again`,
  `${project('context: .', 'no_cache: true', 'dockerfile_inline: "FROM box\\nRUN date +%N >/n"')}; docker compose build -q; docker run --rm made:web cat /n >one; docker compose build -q; docker run --rm made:web cat /n >two; cmp -s one two || echo again`,
  `${project('context: .', 'tags: ["made:t1", "made:t2"]', 'dockerfile_inline: "FROM box"')}; ${build()}; docker image ls --format '{{.Tag}}' made | grep -c 't[12]'`,
  `${project('context: .', 'platforms: [linux/amd64]', 'dockerfile_inline: "FROM box\\nARG TARGETPLATFORM\\nENV P=$$TARGETPLATFORM\\nCMD echo $$P"')}; ${build()}; ${run}`,
  `${project('context: .', 'extra_hosts: ["h:1.2.3.4"]', 'shm_size: 32m', 'ulimits: {nofile: 512}', 'dockerfile_inline: "FROM box\\nRUN grep h$ /etc/hosts >/r; df -k /dev/shm | grep -c 32768 >>/r; ulimit -n >>/r\\nCMD [\\"cat\\", \\"/r\\"]"')}; ${build()}; ${run}`,
  `${project('context: .', 'network: none', 'dockerfile_inline: "FROM box\\nRUN ls /sys/class/net >/r\\nCMD [\\"cat\\", \\"/r\\"]"')}; ${build()}; ${run}`,
  {
    run: `${project('context: .', 'cache_from: ["made:t1"]', 'pull: true', 'dockerfile_inline: "FROM box\\nCMD [\\"echo\\", \\"cached from\\"]"')}; ${build()}; ${run}`,
    differs: unresolvedBase,
  },
  {
    run: `${project('context: .', 'privileged: true', 'dockerfile_inline: "FROM box"')}; ${build()}`,
    differs: {
      why: "Docker's engine needs a setting for security.insecure; Berth grants the right to clients that ask for it",
    },
  },
  // Mistakes, and several services.
  `${project('context: nosuch')}; docker compose build 2>&1 | tail -1`,
  `${project('context: .', 'target: nosuch', 'dockerfile_inline: "FROM box"')}; docker compose build 2>&1 | tail -1`,
  `${project('context: .', 'dockerfile_inline: "FROM box\\nRUN exit 6"')}; docker compose up 2>&1 | tail -1; docker compose down >/dev/null 2>&1`,
  `printf 'services:\\n' >compose.yaml; for s in a b c; do printf "  $s:\\n    image: made:$s\\n    build: {context: sub, dockerfile: Other, args: {S: $s}}\\n" >>compose.yaml; done; docker compose build -q; for s in a b c; do docker run --rm made:$s; done`,
  'docker compose build -q b; docker compose build nosuch 2>&1 | tail -1; docker compose --progress quiet up --build --no-log-prefix 2>/dev/null | sort; docker compose down -v -t 0 >/dev/null 2>&1',
  `${service('image: made:up', 'build: {context: sub, dockerfile: Other}', 'pull_policy: build')}; ${up()}; echo pulled >sub/f; ${up()}; ${up('--no-build')}`,
  'docker compose --progress quiet run --rm --build web cat /f 2>/dev/null; docker compose create --build >/dev/null 2>&1; docker compose ps -a --format "{{.Service}} {{.State}}"; docker compose down --rmi all -v 2>/dev/null; docker image ls -q made:up | wc -l',
  // The file for `docker buildx bake`. Docker Compose prints names of several services in any order.
  `cat >compose.yaml <<'END'\n${printed}\nEND\n${['one.a', 'two', 'four', 'five', '--push four', '--check --no-cache --pull two', '--build-arg A=2 --ssh default --provenance true one.a', 'six'].map((flags) => `berth-compose build --print ${flags} 2>&1 | ${withoutPlace}`).join('; ')}`,
  `for f in '' three '--with-dependencies two'; do berth-compose build --print $f 2>&1 | ${withoutPlace} | tr -d , | sort; done`,
  'docker compose build --print 2>&1 | grep -c target; docker compose build --check -q 2>&1 | tail -1',
]);
