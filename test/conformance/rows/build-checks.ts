// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { group } from '../row.ts';

const dockerfile = (...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map(quote).join(' ')} >Dockerfile`;

function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Without the steps, whose times differ, and the empty lines between them. */
const answer = "2>&1 | grep -v '^#\\|^$'";

/** The warnings of a build with their lines, and its error. buildx prints warnings in any order. */
const warned = (lines: readonly string[], flags = '') => ({
  run: `${dockerfile(...lines)}; rm -f m; BUILDX_METADATA_WARNINGS=1 docker build --metadata-file m ${flags} . ${answer} | tr -d '\\033' | sed 's/^.0m//'; sed -n '/build.warnings/,/^  ]/p' m | grep -v '"vertex"'`,
  sorted: true as const,
});

const check = (lines: readonly string[], flags = '') =>
  `${dockerfile(...lines)}; docker build --check ${flags} . ${answer}; docker build --check ${flags} . >/dev/null 2>&1; echo $?`;

const call = (name: string, lines: readonly string[], flags = '') =>
  `${dockerfile(...lines)}; docker build --call ${name} ${flags} . ${answer}; docker build --call ${name},format=json ${flags} . 2>/dev/null | sed -z 's/"definition": {[^}]*}[^}]*}[^}]*},//g'`;

const outlined = [
  'ARG GLOBAL=g',
  'ARG BASE=box',
  '# TAG names the version',
  'ARG TAG=${GLOBAL}latest',
  '# first does the first half',
  'FROM $BASE AS first',
  'ARG TAG',
  '# A says something',
  'ARG A=1',
  'ARG B',
  'RUN --mount=type=secret,id=token,required=true --mount=type=ssh true',
  'FROM first AS second',
  'ARG C=$A',
  'RUN --mount=type=secret,target=/run/key --mount=type=ssh,id=other,required=true true',
  'FROM second',
  'COPY --from=first /x /x',
];

/** What BuildKit says about a Dockerfile: warnings, and answers instead of builds. */
export const buildChecks = group('build-checks', [
  warned(['FROM box AS Bad', 'MAINTAINER me', 'cmd run']),
  warned(['From box as base', 'COPY D* \\', '', '  /', 'CMD a', 'CMD b']),
  warned(['FROM box AS a', 'ENV a b', 'FROM box AS a', 'WORKDIR w', 'ENV TOKEN=1', 'COPY $no* /']),
  warned(['ARG V', 'FROM box:$V', 'EXPOSE 80/TCP 1:2'], '--build-arg V=latest'),
  warned(['# check=error=true', 'FROM box AS Bad', 'RUN true']),
  warned(['# check=skip=all;error=true', 'FROM box AS Bad', 'RUN true']),
  warned(['# check=bad', 'FROM box']),
  warned(['FROM box AS Bad'], '--build-arg BUILDKIT_DOCKERFILE_CHECK=skip=all'),
  check(['FROM box', 'CMD ["x"]']),
  check(['FROM box AS Bad', 'MAINTAINER me', 'cmd run']),
  check(['FROM box AS a', 'ENV a b', 'FROM box AS b', 'LABEL a b']),
  check(['FROM box AS a', 'ENV a b', 'FROM box AS b', 'LABEL a b'], '--target b'),
  check(['FROM box AS Bad', 'COPY x']),
  check(['FROM box AS Bad', 'NOSUCH x']),
  `${check(['ARG R', 'FROM $R/nosuch', 'RUN true'], '--build-arg R=$REGISTRY')}`,
  check(['# check=error=true', 'FROM box AS Bad']),
  check(['FROM --platform=$BULIDPLATFORM box']),
  check(['FROM box', 'COPY $x $y /z']),
  `${dockerfile('FROM box', 'CMD run')}; docker build --call check,format=json . 2>/dev/null | sed -z 's/"definition": {.*},\\n *"language"/"language"/'`,
  call('targets', outlined),
  call('outline', outlined),
  call('outline', outlined, '--target second --build-arg A=given'),
  call('outline', ['FROM box']),
  call('subrequests.describe', ['FROM box']),
  `${dockerfile('FROM box', 'CMD run')}; docker build --call nosuch . ${answer}`,
  'printf \'target "default" { context = "." }\\n\' >docker-bake.hcl; docker buildx bake --check 2>/dev/null; echo $?',
  'docker buildx bake --call targets 2>/dev/null; docker buildx bake --call outline 2>/dev/null',
]);
