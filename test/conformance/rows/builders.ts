// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells have such variables.
import { group } from '../row.ts';
import { dockerfile } from './build-script.ts';
import { otherParts } from './reasons.ts';

const clean = "sed -E 's/ref [0-9a-z-]+/ref/; s/[0-9.]+[kMG]?B/SIZE/'";

/** The names of what a provenance says, at all depths that both engines have. */
const keys =
  'node -e \'const p=JSON.parse(require("fs").readFileSync(0));const m=p.metadata["https://mobyproject.org/buildkit@v1#metadata"];for(const o of [p,p.invocation,p.invocation.parameters,p.metadata,m,m.source,...m.source.infos])for(const k of Object.keys(o))if(!/^(digestMapping|llbDefinition)$/.test(k))console.log(k)\' | sort';

/** The registry under an address that clients on this host trust. */
const registry = 'H=127.0.0.1:${REGISTRY#*:}';

/** The commands around builds: builders, past builds, the cache, images of registries. */
export const builders = group('builders', [
  'docker buildx ls --format "{{.Name}} {{.DriverEndpoint}} {{.Status}}"',
  'docker buildx ls --format json | tr , "\\n" | grep -c Name',
  'docker buildx inspect | grep -E "^(Name|Driver|Status|Platforms|Endpoint):" | sed "s/,.*//"',
  'docker buildx inspect --bootstrap nosuch',
  'docker buildx use nosuch; docker buildx use default; docker buildx rm default',
  'docker buildx create --driver nosuch',
  'docker buildx version | cut -d" " -f1; docker builder ls >/dev/null; echo $?',
  `${dockerfile('FROM box', 'RUN echo one >/one', 'RUN --mount=type=cache,target=/c echo 2 >/c/f')}; docker builder prune -af >/dev/null; docker build -q -t made:d . >/dev/null; docker buildx du --format "{{.Type}} {{.Mutable}} {{.InUse}}" | sort -u`,
  'docker buildx du | head -1 | tr -s " \\t" " "; docker buildx du | tail -2 | cut -d: -f1',
  'docker buildx du --verbose | grep -E "^Description:.*(cached mount|echo)" | sort',
  'docker buildx du --filter type=exec.cachemount --format "{{.Type}}"',
  'docker buildx du --filter nosuch=x 2>&1 | tail -1',
  'docker buildx prune -f --filter type=exec.cachemount | tail -1 | cut -d: -f1; docker buildx du --filter type=exec.cachemount --format "{{.Type}}" | wc -l',
  'docker builder prune -f --filter until=24h | tail -1; docker buildx prune -f --keep-storage 10GB 2>/dev/null | tail -1 | cut -d: -f1',
  'docker builder prune -af | tail -1 | cut -d: -f1; docker buildx du | grep -c "exec\\|regular"; docker run --rm made:d cat /one',
  'docker builder prune -f --reserved-space 10GB | tail -1 | cut -d: -f1; docker builder prune -f --max-used-space 10GB --min-free-space 1MB | tail -1 | cut -d: -f1; docker builder prune -f --filter "description~=nosuch" | tail -1; docker builder prune -f --filter inuse 2>&1 | head -1; docker buildx prune -f --verbose --filter id=nosuch | tail -1',
  'docker system df --format "{{.Type}}"; docker builder prune --filter nosuch=1 -f 2>&1 | tail -1',
  // Past builds.
  'mkdir -p here; cd here; cp ../Dockerfile .; docker build -q -t made:d . >/dev/null; docker buildx history ls --format "{{.Name}} {{.Status}} {{.TotalSteps}}" | head -1',
  'docker buildx history inspect --format "{{.Name}} {{.Status}} {{.NumTotalSteps}}" | head -1',
  'docker buildx history inspect | grep -E "^(Name|Context|Dockerfile|Status):" | sed -E "s#/.*/##"',
  'docker buildx history inspect --format json | tr , "\\n" | grep -o "^.\\?\\"[A-Za-z]*\\"" | sort',
  "docker buildx history inspect | sed -n '/^Attachments/,/^$/p' | tr -s '\\t' ' '",
  'docker buildx history inspect attachment --type application/vnd.docker.container.image.v1+json | tr , "\\n" | grep -c "diff_ids\\|created_by"; docker buildx history inspect attachment --type provenance | head -4',
  {
    run: `docker buildx history inspect attachment --type https://slsa.dev/provenance/v0.2 | ${keys}`,
    differs: {
      why: "Docker's provenance has its low-level build steps (LLB) with their layers, and what they used of the machine; Berth has no LLB",
      where: /^(buildConfig|layers|locations|sysUsage)$/,
    },
  },
  'docker buildx history inspect attachment; docker buildx history inspect attachment --type no/such; docker buildx history inspect attachment --platform linux/arm64',
  {
    run: `docker buildx history export -o e.dockerbuild; rm -rf e; mkdir e; tar xzf e.dockerbuild -C e; cat e/index.json | grep -c digest; grep -aoh '"mediaType": "[^"]*"' -r e | sort -u; ls e`,
    differs: {
      why: 'Docker records what its own functions do (OpenTelemetry), and the layers of LLB; Berth records the steps, the log and the provenance of a build',
      where: /otlp|diff\.tar/,
    },
  },
  'docker buildx history logs nobuild; docker buildx history export -o x nobuild; docker buildx history open nobuild; docker buildx history inspect nobuild',
  `docker buildx history logs 2>&1 | grep -c "RUN echo one"; ${dockerfile('FROM box', 'RUN echo bad >&2; false')}; docker build -q . >/dev/null 2>&1; docker buildx history ls --format "{{.Status}}" | head -1`,
  'docker buildx history inspect | grep -A3 "^Error" | tail -3; docker buildx history logs 2>&1 | grep -c "bad$"',
  'docker buildx history ls --filter status=error --format "{{.Status}}" | sort -u; docker buildx history ls -q | wc -w >n; docker buildx history rm $(docker buildx history ls --format "{{.Ref}}" | head -1) >/dev/null; docker buildx history ls -q | wc -w >m; test $(cat n) -gt $(cat m); echo $?',
  'docker buildx history rm nosuch 2>&1 | tail -1; docker buildx history inspect nosuch 2>&1 | tail -1',
  // Images of registries.
  'docker buildx imagetools inspect $REGISTRY/box:1 | grep -E "^(MediaType|Name)" | sed "s#$REGISTRY#registry#"',
  'docker buildx imagetools inspect --raw $REGISTRY/box:1 | tr , "\\n" | grep -c digest',
  'docker buildx imagetools inspect --format "{{json .Image.config}}" $REGISTRY/box:1 | tr , "\\n" | sort',
  'docker buildx imagetools create -t $REGISTRY/both:1 $REGISTRY/box:1 2>&1 | tail -1 | sed "s#$REGISTRY#registry#"; docker buildx imagetools create --dry-run $REGISTRY/box:1 | grep -c digest',
  'docker buildx imagetools inspect $REGISTRY/nosuch:1 2>&1 | sed "s#$REGISTRY#registry#"',
  `${registry}; docker buildx imagetools create -t $H/tools:1 --annotation index:a=b $H/box:1 $H/web:1 2>&1 | tail -1 | cut -d' ' -f2; docker buildx imagetools inspect $H/tools:1 | sed "s#$H#registry#"; docker buildx imagetools inspect --raw $H/tools:1`,
  `${registry}; docker buildx imagetools create --append -t $H/tools:1 $H/fancy:1 2>&1 | tail -1 | cut -d' ' -f2; docker buildx imagetools inspect --format '{{json .Manifest}}' $H/tools:1; docker buildx imagetools create --dry-run $H/box:1 $H/web:1; docker buildx imagetools create -t $H/tools:2 $H/nosuch:1 2>&1 | tail -1 | sed "s#$H#registry#"; docker buildx imagetools create --prefer-index=false -t $H/tools:3 $H/box:1 2>&1 | tail -1 | cut -d' ' -f2; docker buildx imagetools inspect --raw $H/tools:3`,
  // What scripts read of a build.
  `${dockerfile('FROM box', 'CMD ["x"]')}; docker build -q --iidfile i -t made:q . >q; cmp i q || diff i q | wc -l; docker image inspect -f '{{.Id}}' made:q >id; cmp id q && echo same`,
  'docker build --metadata-file m -t made:m1 -t made:m2 . >/dev/null 2>&1; tr "," "\\n" <m | grep -oE "\\"(image.name|containerimage[a-z.]*|buildx.build.ref)\\"" | sort; grep -o "made:m1,[^\\"]*" m',
  'docker build -q --iidfile nosuch/dir/i . 2>&1 | tail -1; docker build -q -t made:q --metadata-file nosuch/m . 2>&1 | tail -1',
  'docker build --progress=rawjson . 2>&1 | head -c 1; docker build --progress=quiet . | cut -c1-7; docker build --progress=nosuch . 2>&1 | tail -1',
  {
    run: `docker build . 2>&1 | grep -c "DONE\\|CACHED" >/dev/null; echo $?; docker buildx build --progress tty . 2>&1 | tail -1 | ${clean}`,
  },
  'docker buildx dial-stdio </dev/null | wc -c >n; test $(cat n) -gt 20; echo $?',
  { run: 'docker buildx inspect', differs: otherParts(/./) },
]);
