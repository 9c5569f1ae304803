// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { group } from '../row.ts';

const dockerfile = (...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map(quote).join(' ')} >Dockerfile`;

function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/**
 * The steps of a build with their ends: `DONE`, `CACHED`, `CANCELED` or `ERROR`. Whether Docker shows
 * `FROM` as done or as cached depends on what ran first.
 */
const steps = (flags = '') =>
  `docker build --progress=plain -t made:g ${flags} . 2>&1 | sed -nE '/^#[0-9]+ \\[/{s/^(#[0-9]+) (.*)/\\1 \\2/;p}; /^#[0-9]+ (DONE|CACHED|CANCELED|ERROR)/{s/^(#[0-9]+ [A-Z]+).*/\\1/;p}' | awk '/\\[/ {n=$1; $1=""; name[n]=$0; next} n=$1 {if (name[n] ~ /\\[.*\\] (FROM|RUN|COPY|ADD|WORKDIR)/) print name[n], name[n] ~ /] FROM/ ? "" : $2}' | sort -u`;

const context = 'echo a >f; echo b >g';
const cached = dockerfile(
  'FROM box',
  'ARG A=1',
  'COPY f /f',
  'RUN echo one >/one',
  'COPY g /g',
  'ENV E=1',
  'RUN echo two >/two',
);

/** What RUN wrote in two images: the same if both builds had the step from one run. */
const isOneRun =
  'docker run --rm made:1 cat /id >1; docker run --rm made:2 cat /id >2; cmp 1 2 && echo the same';

/** The cache of BuildKit's steps, and steps that run at the same time. */
export const buildGraph = group('build-graph', [
  // What changed runs, and everything after that.
  `${context}; ${cached}; ${steps()}; ${steps()}`,
  `echo c >g; ${steps()}`,
  `echo b >g; touch f; ${steps()}`,
  `chmod 600 f; ${steps()}`,
  `chmod 644 f; mv f h; ln h f; ${steps()}`,
  // Instructions that only describe the image change no step.
  `sed -i 's/^ARG A=1/LABEL x=y/; s/^ENV E=1/LABEL e=f/' Dockerfile; ${steps()}; docker image inspect -f '{{json .Config.Labels}} {{len .RootFS.Layers}}' made:g; docker history --format '{{.CreatedBy}}' made:g`,
  `sed -i 's/^LABEL x=y/EXPOSE 80\\nCMD ["true"]\\nMAINTAINER me\\nSTOPSIGNAL INT/' Dockerfile; ${steps()}`,
  // What the process of a RUN has changes the step.
  `${dockerfile('FROM box', 'ENV E=1', 'RUN echo $E')}; ${steps()}; sed -i s/E=1/E=2/ Dockerfile; ${steps()}`,
  `sed -i 's/^ENV.*/USER 33/' Dockerfile; ${steps()}; sed -i 's/^USER.*/WORKDIR \\/w/' Dockerfile; ${steps()}`,
  `${dockerfile('FROM box', 'ARG V', 'RUN echo $V')}; ${steps('--build-arg V=1')}; ${steps('--build-arg V=2')}; ${steps('--build-arg V=1')}`,
  `${dockerfile('FROM box', 'RUN echo proxy')}; ${steps()}; ${steps('--build-arg http_proxy=http://x')}`,
  `${dockerfile('FROM box', 'RUN --network=none true')}; ${steps()}; sed -i s/none/default/ Dockerfile; ${steps()}`,
  `${dockerfile('FROM box', 'RUN --mount=target=/c,source=g cat /c')}; ${steps()}; ${steps()}; echo d >g; ${steps()}`,
  // The files of a stage count, not how the stage made them.
  `${dockerfile('FROM box AS a', 'RUN echo made >/m', 'FROM box', 'COPY --from=a /m /n', 'RUN cat /n')}; ${steps()}; sed -i 's/echo made/echo  made/' Dockerfile; ${steps()}`,
  // The same image by another name has the same cache.
  `docker tag box other; ${dockerfile('FROM box', 'RUN echo named')}; ${steps()}; sed -i 's/box/other/' Dockerfile; ${steps()} | grep RUN`,
  // Without the cache.
  `${dockerfile('FROM box', 'RUN cat /proc/sys/kernel/random/uuid >/id')}; ${steps()}; ${steps('--no-cache')}; ${steps()}`,
  `${dockerfile('FROM box AS a', 'RUN echo a >/a', 'FROM box', 'COPY --from=a /a /a', 'RUN echo b')}; ${steps()}; ${steps('--no-cache-filter a')}`,
  // A build from the cache gives the same image, and leaves no other images.
  `docker build -q . >i; docker build -q --label x=y . >j; docker build -q . >k; cmp i k && ! cmp -s i j && echo same; docker images -aq | sort -u >n; docker build -q -t made:n . >/dev/null; docker images -aq | sort -u | cmp n - && echo no more`,
  // Stages run together: each waits for the others.
  {
    run: `${dockerfile('FROM box AS a', 'RUN --mount=type=cache,target=/c touch /c/a; for i in $(seq 100); do [ -e /c/b ] && exit; sleep .1; done; exit 1', 'FROM box AS b', 'RUN --mount=type=cache,target=/c touch /c/b; for i in $(seq 100); do [ -e /c/a ] && exit; sleep .1; done; exit 1', 'FROM box', 'COPY --from=a /etc /x', 'COPY --from=b /etc /y')}; ${steps()} | grep -v FROM`,
  },
  // An error stops the other stages.
  `${dockerfile('FROM box AS a', 'RUN sleep 60', 'FROM box AS b', 'RUN sleep 1; exit 3', 'FROM box', 'COPY --from=a /etc /x', 'COPY --from=b /etc /y')}; ${steps()} | grep -v FROM; docker build . 2>&1 | tail -1`,
  // Two builds at once share a step, also if one of them is cancelled.
  `${dockerfile('FROM box', 'RUN sleep 2; cat /proc/sys/kernel/random/uuid >/id')}; docker build -q -t made:1 . >/dev/null & docker build -q -t made:2 . >/dev/null; wait; ${isOneRun}`,
  `${dockerfile('FROM box', 'RUN cat /proc/sys/kernel/random/uuid >/id; sleep 4; echo shared')}; timeout -s INT 2 docker build . >/dev/null 2>&1 & sleep 1; docker build --progress=plain -t made:1 . 2>&1 | sed -nE 's/^#[0-9]+ [0-9.]+ (shared)/\\1/p'; wait; docker build -q -t made:2 . >/dev/null; ${isOneRun}`,
  // The stages that a base image's ONBUILD takes files from.
  `${dockerfile('FROM box', 'ONBUILD COPY --from=tools /t /t', 'ONBUILD RUN cat /t >/u')}; docker build -q -t made:on . >/dev/null; ${dockerfile('FROM box AS tools', 'RUN echo tool >/t', 'FROM box AS unused', 'RUN false', 'FROM made:on', 'CMD ["cat", "/u"]')}; docker build -q -t made:g . >/dev/null; docker run --rm made:g`,
]);
