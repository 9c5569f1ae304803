import { group } from '../row.ts';
import { noRegistry } from './reasons.ts';

/** Posts a context to the API without a client. */
const posted = (query: string) =>
  `ask "/build${query}" -X POST -H 'Content-Type: application/x-tar' --data-binary @c.tar`;

/** `docker build`. Only the classic builder's output exists in both engines. */
export const build = group('build', [
  {
    run: 'mkdir b; printf "FROM box\\nENV A=1\\nLABEL l=1\\nWORKDIR /w\\nCOPY f .\\nRUN echo \\$A >g\\nCMD [\\"cat\\", \\"f\\", \\"g\\"]\\n" >b/Dockerfile; echo content >b/f; DOCKER_BUILDKIT=0 docker build -t made:1 b; docker run --rm made:1',
    differs: {
      why: 'only RUN takes a container here; Docker makes one for each step, and tells its ID',
      where: /<id \d+>/,
    },
  },
  'DOCKER_BUILDKIT=0 docker build -t made:1 b',
  'DOCKER_BUILDKIT=0 docker build -q -t made:2 --build-arg X=1 b | cut -c1-7',
  'docker image inspect -f "{{json .Config.Env}} {{json .Config.Labels}} {{.Config.WorkingDir}} {{json .Config.Cmd}}" made:1',
  {
    run: 'docker history --format "{{.CreatedBy}}" made:1',
    differs: {
      why: 'each engine has its own sum of the files that COPY took',
      where: /COPY file:/,
    },
  },
  'printf "FROM box\\nARG V=none\\nRUN echo \\$V >/v\\nCMD cat /v\\n" | DOCKER_BUILDKIT=0 docker build -q -t made:3 --build-arg V=given - >/dev/null; docker run --rm made:3',
  'printf "FROM box AS one\\nRUN echo staged >/s\\nFROM box\\nCOPY --from=one /s /s\\nCMD cat /s\\n" | DOCKER_BUILDKIT=0 docker build -q -t made:4 - >/dev/null; docker run --rm made:4',
  'printf "FROM box\\nNOSUCH x\\n" | DOCKER_BUILDKIT=0 docker build -',
  'printf "FROM box\\nRUN exit 9\\n" | DOCKER_BUILDKIT=0 docker build -',
  'printf "FROM box\\nCOPY nosuch /x\\n" >b/Wrong; DOCKER_BUILDKIT=0 docker build -f b/Wrong b',
  {
    run: 'printf "FROM nosuch:image\\n" | DOCKER_BUILDKIT=0 docker build -',
    differs: noRegistry,
  },
  'printf "" | DOCKER_BUILDKIT=0 docker build -',
  // The classic builder as the bare API shows it: errors are red, and `cachefrom` limits the cache.
  `mkdir c; printf 'FROM box\\nRUN echo kept\\nRUN echo oops >&2\\n' >c/Dockerfile; tar c -C c . >c.tar; ${posted('?t=made:c&nocache=1')} | grep oops | tail -1; for from in '[]' '["nosuch"]' '["made:c"]' null; do ${posted('?cachefrom=$(printf %s "$from" | od -An -tx1 | tr -d "\\n" | tr " " %)')} | grep -c 'Using cache'; done`,
  `printf 'FROM box\\nRUN --mount=type=cache,target=/x true\\n' >c/Dockerfile; tar c -C c . >c.tar; ${posted('')} | grep -oE 'Step ./. : [A-Z]*|error.*'`,
  'DOCKER_BUILDKIT=0 docker build --target nosuch b',
  'printf "FROM box\\nUSER 33\\nEXPOSE 80\\nVOLUME /d\\nENTRYPOINT [\\"id\\", \\"-u\\"]\\nHEALTHCHECK CMD true\\nSTOPSIGNAL INT\\n" | DOCKER_BUILDKIT=0 docker build -q -t made:5 - >/dev/null; docker image inspect -f "{{json .Config}}" made:5 | tr , "\\n"; docker run --rm made:5',
  'echo "f" >b/.dockerignore; printf "FROM box\\nCOPY . /all\\nCMD ls -A /all\\n" >b/All; DOCKER_BUILDKIT=0 docker build -q -f b/All -t made:6 b >/dev/null; docker run --rm made:6',
  'printf "FROM box\\nCMD echo plain\\n" | docker build -q -t made:7 - >/dev/null; docker run --rm made:7',
  'docker builder prune -f >/dev/null; echo $?; docker builder prune -f | tail -1',
]);
