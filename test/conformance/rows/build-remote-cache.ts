import { group } from '../row.ts';
import { dockerfile } from './build-script.ts';

/** Both engines use one registry, so each has a repository of its own. */
const own = 'C=$REGISTRY/${HOME##*/}';
const clean =
  'sed -E "s#$C#registry#g; s/local:[0-9]+/local:N/; s/sha256:[0-9a-f]+/sha256/g; s/ [0-9.]+s done/ done/"';
/** What another machine has: no image and no cache. */
const empty =
  'docker image rm -f made:s >/dev/null 2>&1; docker builder prune -af >/dev/null; docker image prune -f >/dev/null';

const files = 'echo 1 >a; mkdir -p c/e; echo 2 >c/f; echo 3 >c/e/g';
const layered = ['FROM box', 'WORKDIR /w', 'COPY a .', 'RUN cat a >b', 'COPY c d/', 'RUN echo end'];
const staged = [
  ...['FROM box AS one', 'COPY a /a', 'RUN echo one $(cat /a)', 'FROM box AS two', 'COPY c /c'],
  ...['RUN echo two $(cat /c/f) >/two', 'FROM box', 'COPY --from=one /a /x'],
  ...['COPY --from=two /two /y', 'RUN --mount=from=two,target=/m cat /m/c/f >/z', 'RUN cat /x /y'],
];

const build = (flags = '') => `${own}; steps docker build -t made:s ${flags} . 2>&1 | ${clean}`;
const quietly = (flags = '') => `${own}; docker build -q -t made:s ${flags} . >/dev/null`;
/** Builds only for the registry. */
const pushed = (name: string, flags: string) =>
  `${own}; docker build -q ${flags} -t $C/${name} --push . >/dev/null`;
const to = (name: string, attributes = '') =>
  `--cache-to type=registry,ref=$C/${name}${attributes}`;
const from = (name: string) => `--cache-from $C/${name}`;
/** Builds on an engine without cache, from a cache of an earlier build. */
const elsewhere = (flags: string) => `${empty}; ${build(flags)}`;
const plain = (flags = '') =>
  `${own}; docker build --progress=plain -t made:s ${flags} . 2>&1 | ${clean}`;

/** What each manifest of a cache says, without digests and sizes. */
const manifest = (name: string) =>
  `${own}; docker buildx imagetools inspect --raw 127.0.0.1:\${C#*:}/${name} | tr -d ' \\n' | sed 's/[{}]/\\n/g' | grep -o '"mediaType":"[^"]*"\\|"containerd.io/uncompressed":' | sort | uniq -c | sort -k2`;
const refused = (flags: string) => `${own}; docker build ${flags} . 2>&1 | tail -1 | ${clean}`;

/** Docker sometimes runs the first step above an image again, although the cache has its files. */
const withoutFirst = '| grep -v "] WORKDIR\\|] COPY --from=one"';

/** Caches that builds share with other machines. Docker needs its containerd image store for them. */
export const buildRemoteCache = group(
  'build-remote-cache',
  [
    // mode=min in a registry.
    `${files}; ${dockerfile(...layered)}; ${build(to('min'))}`,
    elsewhere(from('min')),
    `docker image inspect -f '{{len .RootFS.Layers}}' made:s; docker run --rm made:s cat b d/e/g`,
    build(from('min')),
    `echo new >c/f; ${elsewhere(from('min'))}`,
    `echo new >a; ${elsewhere(from('min'))} ${withoutFirst}`,
    `echo 1 >a; echo 2 >c/f; ${dockerfile(...layered, 'RUN echo more')}; ${elsewhere(from('min'))}`,
    `${dockerfile('FROM box', 'WORKDIR /w', 'COPY a .', 'RUN cat a >other')}; ${elsewhere(from('min'))}`,
    `${dockerfile(...layered)}; ${elsewhere(`--no-cache ${from('min')}`)} ${withoutFirst}`,
    elsewhere(`--build-arg X=1 ${from('min')}`),
    manifest('min'),
    // mode=max, and the formats.
    `${quietly(to('max', ',mode=max'))}; ${elsewhere(from('max'))}`,
    `${quietly(to('index', ',image-manifest=false'))}; ${manifest('index')}`,
    elsewhere(from('index')),
    `${quietly(to('docker', ',oci-mediatypes=false'))}; ${manifest('docker')}`,
    elsewhere(from('docker')),
    `${quietly(to('zstd', ',compression=zstd,force-compression=true'))}; ${manifest('zstd')}`,
    elsewhere(from('zstd')),
    `${quietly(to('plain', ',compression=uncompressed,force-compression=true'))}; ${manifest('plain')}`,
    elsewhere(from('plain')),
    // The cache that the build was given is often the one that it writes.
    `${empty}; ${build(`${from('max')} ${to('max', ',mode=max')}`)}`,
    elsewhere(from('max')),
    // Several stages.
    `${dockerfile(...staged)}; ${build(to('stages'))}`,
    elsewhere(from('stages')),
    'docker run --rm made:s cat /x /y /z',
    `echo 3 >c/f; ${elsewhere(from('stages'))} ${withoutFirst}`,
    `echo 2 >c/f; ${dockerfile(...staged, 'RUN echo last')}; ${elsewhere(from('stages'))}`,
    `${dockerfile(...staged)}; ${elsewhere(`--target two ${from('stages')}`)}`,
    `${empty}; ${quietly(to('all', ',mode=max'))}; ${elsewhere(from('all'))}`,
    `echo 3 >c/f; ${elsewhere(from('all'))}`,
    `echo 2 >c/f; ${elsewhere(`--target two ${from('all')}`)}`,
    elsewhere(`--no-cache-filter one ${from('all')}`),
    `${empty}; ${quietly(`${from('all')} ${to('all', ',mode=max')}`)}; ${elsewhere(`--target one ${from('all')}`)}`,
    // In the image.
    `${dockerfile(...layered)}; ${pushed('inline:1', '--cache-to type=inline')}; ${elsewhere(from('inline:1'))}`,
    `echo new >c/f; ${elsewhere(from('inline:1'))}`,
    `echo 2 >c/f; ${pushed('arg:1', '--build-arg BUILDKIT_INLINE_CACHE=1')}; ${elsewhere(from('arg:1'))}`,
    `${dockerfile(...staged)}; ${pushed('stages-inside:1', '--cache-to type=inline')}; ${elsewhere(from('stages-inside:1'))}`,
    `docker image rm -f $C/none >/dev/null 2>&1; ${dockerfile(...layered)}; ${pushed('none:1', '')}; ${elsewhere(from('none:1'))}`,
    // In a directory.
    `rm -rf dir; ${quietly('--cache-to type=local,dest=dir')}; ls dir; ls dir/blobs/sha256 | wc -l; grep -o '"org.[^}]*' dir/index.json`,
    elsewhere('--cache-from type=local,src=dir'),
    `echo new >c/f; ${elsewhere('--cache-from type=local,src=dir')}; echo 2 >c/f`,
    `${quietly('--cache-to type=local,dest=dir,tag=second,mode=max')}; grep -o '"org.opencontainers.image.ref.name":"[a-z]*"' dir/index.json; ${elsewhere('--cache-from type=local,src=dir,tag=second')}`,
    'd=$(grep -o "sha256:[0-9a-f]*" dir/index.json | head -1); ' +
      elsewhere('--cache-from type=local,src=dir,digest=$d'),
    elsewhere('--cache-from type=local,src=nosuch'),
    elsewhere('--cache-from type=local,src=dir,tag=nosuch'),
    // Several caches, and caches that aren't there.
    `${dockerfile(...staged)}; ${elsewhere(`${from('nosuch')} ${from('min')} ${from('all')}`)}`,
    `${plain(from('nosuch'))} | grep "importing\\|ERROR" | sed 's/^#[0-9]* //'`,
    `${quietly(`${to('one')} ${to('two', ',mode=max')}`)}; ${elsewhere(from('one'))}; ${elsewhere(from('two'))}`,
    `${empty}; ${plain(`${from('all')} ${to('lines')}`)} | grep -o "importing cache.*\\|inferred.*\\|exporting cache.*\\|preparing build cache for export\\|writing [a-z ]*" | grep -v "writing image" | sort -u`,
    // Mistakes.
    refused('--cache-to type=registry'),
    refused('--cache-to type=local'),
    refused('--cache-to type=nosuch'),
    refused('--cache-to ref=x'),
    refused('--cache-from ref=x'),
    refused('--cache-to type=registry,ref=UPPER'),
    refused('--cache-to type=registry,ref=$C/x,compression=nosuch'),
    refused('--cache-to type=registry,ref=$C/x,oci-mediatypes=nosuch'),
    refused('--cache-to type=registry,ref=$C/x,image-manifest=true,oci-mediatypes=false'),
    refused(`${to('x')} ${to('x')}`),
    refused('--cache-to type=s3,region=r,bucket=b'),
    {
      run: refused('--cache-to type=registry,ref=127.0.0.1:9/x'),
      differs: {
        why: 'words of the HTTP client; both say that the registry is not reached',
        where: /127\.0\.0\.1:9/,
      },
    },
    `${plain('--cache-to type=registry,ref=127.0.0.1:9/x,ignore-error=true')} | grep -c "exporting cache to registry"; docker image inspect -f '{{.RepoTags}}' made:s`,
    // Other commands.
    `printf 'target "default" {\\n tags = ["made:s"]\\n cache-to = ["type=registry,ref=%s/bake"]\\n}\\n' $REGISTRY/\${HOME##*/} >docker-bake.hcl; docker buildx bake >/dev/null 2>&1; sed -i s/cache-to/cache-from/ docker-bake.hcl; ${empty}; ${own}; steps docker buildx bake | ${clean}`,
    `printf 'services:\\n  s:\\n    image: made:s\\n    build:\\n      context: .\\n      cache_to: ["type=registry,ref=%s/compose,mode=max"]\\n' $REGISTRY/\${HOME##*/} >compose.yaml; docker compose -p made build -q; sed -i s/cache_to/cache_from/ compose.yaml; ${empty}; docker compose -p made --progress plain build 2>&1 | grep -c CACHED`,
  ],
  { store: 'containerd' },
);
