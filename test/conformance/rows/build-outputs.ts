import { group } from '../row.ts';
import { dockerfile } from './build-script.ts';

const errorOf = '2>&1 | tail -1 | sed -E "s/^ERROR: //"';
const describe = 'node $CLIENTS/describe-layout.ts';

/** Builds an archive, and prints what is in it. */
const archive = (flags: string, type = 'oci') =>
  `rm -rf o; mkdir o; docker buildx build -q ${flags} -o type=${type},dest=o.tar . >/dev/null && tar xf o.tar -C o && ${describe} o`;

/** Builds and pushes, and prints what the registry has. */
const here = '127.0.0.1:${REGISTRY#*:}';
const raw = (name: string) =>
  `docker buildx imagetools inspect --raw ${here}/${name} | sed -E 's/sha256:[0-9a-f]+/digest/; s/"size": [0-9]+/size/'`;

const small = dockerfile('FROM scratch', 'COPY f /f', 'LABEL a=b');

/** What builds give besides an image in the store, against Docker with containerd's image store. */
export const buildOutputs = group(
  'build-outputs',
  [
    // Archives.
    `echo f >f; ${small}; ${archive('--provenance=false')}`,
    archive('--provenance=false', 'docker'),
    archive('--provenance=false', 'docker,name=made:x'),
    `echo plain >f; ${archive('--provenance=false', 'oci,compression=uncompressed')}`,
    `echo zstd >f; ${archive('--provenance=false', 'oci,compression=zstd')}`,
    {
      run: archive('--provenance=false', 'oci,compression=gzip'),
      differs: {
        why: 'Docker keeps a layer in the form in which an earlier output wrote it, and changes it only with force-compression; Berth writes the form that the output asks for',
        where: /^ layer/,
      },
    },
    `echo new >f; ${archive('--provenance=false', 'docker,compression=zstd')}; echo f >f`,
    archive('--provenance=false', 'docker,compression=zstd,force-compression=true'),
    archive('--provenance=false --annotation a=b', 'oci,annotation-manifest-descriptor.c=d'),
    archive('--provenance=false --build-arg SOURCE_DATE_EPOCH=1000000000'),
    archive('--provenance=false', 'oci,source-date-epoch=1000000000,rewrite-timestamp=true'),
    `rm -rf d; docker buildx build -q --provenance=false -o type=oci,tar=false,dest=d . >/dev/null; ${describe} d`,
    'docker buildx build -q -o type=docker,dest=l.tar,name=made:l . >/dev/null; docker load -i l.tar | sed "s/ID.*//"; docker image inspect -f "{{json .Config.Labels}}" made:l',
    `docker buildx build -q -o type=docker,dest=- . | tar t | sed -E 's/[0-9a-f]{64}/digest/' | sort -u`,
    // Several platforms.
    archive('--provenance=false --platform linux/amd64,linux/arm64'),
    archive('--provenance=false --platform linux/arm/v7'),
    `${dockerfile('FROM --platform=linux/amd64 box', 'CMD ["x"]')}; ${archive('--provenance=false --platform linux/arm64')}`,
    `${dockerfile('FROM scratch', 'ARG TARGETPLATFORM', 'ARG TARGETVARIANT', 'ARG BUILDPLATFORM', 'ENV T=$TARGETPLATFORM:$TARGETVARIANT:$BUILDPLATFORM', 'COPY f /f')}; ${archive('--provenance=false --platform linux/arm64/v8,linux/arm/v6,linux/amd64')}`,
    {
      run: `${dockerfile('FROM scratch', 'ENV A=b')}; ${archive('--provenance=false')}`,
      differs: {
        why: "Docker writes null as the list of an empty image's layers, and no time; Berth writes an empty list, as the OCI's specification says, and the time of the build",
        where: /^ ?config/,
      },
    },
    `${dockerfile('FROM scratch', 'ARG TARGETPLATFORM', 'COPY $TARGETPLATFORM /')}; for p in amd64 arm64; do mkdir -p linux/$p; echo $p >linux/$p/f; done; rm -rf p; docker buildx build -q --platform linux/amd64,linux/arm64 -o p . >/dev/null; find p -type f | sort | xargs grep .`,
    'rm -rf p; docker buildx build -q --platform linux/amd64 -o p . >/dev/null; find p | sort',
    'docker buildx build -q --platform linux/amd64,linux/arm64 -o type=tar,dest=p.tar . >/dev/null; tar tvf p.tar | sed -E "s/ +[0-9]+ [0-9-]+ [0-9:]+ / /"',
    // Either platform can come first.
    `docker buildx build -q --platform linux/amd64,linux/arm64 -o type=local,dest=p,platform-split=false . ${errorOf} | sed 's/linux.arm64/P/; s/linux.amd64/P/'`,
    `rm -rf p; ${dockerfile('FROM scratch', 'ARG TARGETPLATFORM', 'COPY $TARGETPLATFORM/f /$TARGETPLATFORM')}; docker buildx build -q --platform linux/amd64,linux/arm64 -o type=local,dest=p,platform-split=false . >/dev/null; find p -type f | sort`,
    `docker buildx build -q --platform linux/amd64,linux/arm64 -o type=docker,dest=p.tar . ${errorOf}`,
    // Pushes.
    `${small}; docker buildx build -q --provenance=false --push -t $REGISTRY/made-push:1 . >/dev/null; ${raw('made-push:1')}`,
    `docker buildx build -q --push -t $REGISTRY/made-push:2 . >/dev/null; ${raw('made-push:2')}`,
    `docker buildx build -q --provenance=false --push --platform linux/amd64,linux/arm64 -t $REGISTRY/made-push:3 -t $REGISTRY/made-other:3 . >/dev/null; ${raw('made-push:3')}; ${raw('made-other:3')}`,
    `docker buildx build -q --provenance=false -o type=image,name=$REGISTRY/made-push:4,push=true,oci-mediatypes=true,annotation.x=y . >/dev/null; ${raw('made-push:4')}`,
    `docker buildx build -q -o type=image,push=true . ${errorOf}`,
    `docker buildx build -q --provenance=false --push -t 127.0.0.1:1/none . ${errorOf} | sed 's/:.*//'`,
    // What clients write down.
    `docker buildx build -q --push --iidfile i --metadata-file m -t $REGISTRY/made-push:5 . >/dev/null; cut -c1-7 i; node -e 'const m=JSON.parse(require("fs").readFileSync("m"));console.log(Object.keys(m).sort().join(),m["containerimage.descriptor"].mediaType,m["image.name"],JSON.stringify(m["buildx.build.provenance"]).replace(/[0-9a-f]{64}/g,""))'`,
    `docker buildx imagetools inspect ${here}/made-push:5 --format '{{json .Provenance.SLSA.invocation}}'`,
    // Attestations.
    archive('--provenance=mode=min'),
    archive('--provenance=mode=min,version=v1 --build-arg A=1'),
    archive('--provenance=mode=min,builder-id=me,reproducible=true'),
    archive('--provenance=mode=min', 'oci,oci-artifact=true,name=made:artifact'),
    archive('--provenance=mode=min --platform linux/amd64,linux/arm64'),
    archive('', 'oci,attestation-inline=true'),
    'rm -rf p; docker buildx build -q --provenance=mode=min -o p . >/dev/null; find p | sort; grep -c subject p/provenance.json',
    'rm -rf p; docker buildx build -q --provenance=mode=min -o type=local,dest=p,attestation-prefix=x- . >/dev/null; find p | sort',
    `docker buildx build -q --provenance=mode=some -o type=oci,dest=o.tar . ${errorOf}`,
    `docker buildx build -q --provenance=mode=min -o type=oci,dest=o.tar,oci-mediatypes=maybe . ${errorOf}`,
    `docker buildx build -q -o type=oci,dest=o.tar,annotation-index.a=b --provenance=false . ${errorOf}`,
    // The contents of an image, listed by a scanner that the row makes.
    `${dockerfile('FROM box', 'RUN printf \'cat >$BUILDKIT_SCAN_DESTINATION/x.spdx.json <<E\\n{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"name":"%%s"}}\\nE\\n\' >/scan', 'CMD ["sh", "/scan"]')}; docker buildx build -q --provenance=false --push -t $REGISTRY/made-scanner:1 . >/dev/null; ${small}; docker buildx build --progress=plain --provenance=false --sbom=generator=$REGISTRY/made-scanner:1 -o type=oci,dest=o.tar . 2>&1 | grep -o '\\[.*generating.*' | head -1; rm -rf o; mkdir o; tar xf o.tar -C o; ${describe} o`,
    `docker buildx build -q --sbom=generator=$REGISTRY/nosuch:1 -o type=oci,dest=o.tar . ${errorOf}`,
    `docker buildx build -q --sbom=generator=$REGISTRY/made-scanner:1 -o p . >/dev/null; find p -name '*.json' | sort; grep -c subject p/*.json`,
    // Images of several platforms in the store.
    `docker buildx build -q --provenance=false --platform linux/amd64,linux/arm64 -t made:multi . >/dev/null; docker image ls --tree made:multi 2>/dev/null | sed -E 's/[0-9.]+[kM]?B/SIZE/g'`,
    'docker image inspect --platform linux/arm64 -f "{{.Architecture}} {{.Os}} {{json .Config.Labels}}" made:multi; docker image inspect --platform linux/arm/v7 made:multi; docker image inspect --platform nosuch made:multi; docker image inspect -f "{{.Architecture}}" made:multi',
    {
      run: 'docker history --platform linux/arm64 --format "{{.CreatedBy}}" made:multi; docker image save --platform linux/arm64 -o x.tar made:multi; tar tf x.tar | sed "s/[0-9a-f]\\{64\\}/digest/" | sort -u; docker image rm --platform linux/arm64 made:multi',
      differs: {
        why: 'Docker with its own store writes this file into archives, for old clients; so does Berth',
        where: /^repositories$/,
      },
    },
    // The history of builds for several platforms.
    {
      run: "docker buildx history inspect | sed -n '/^Attachments/,/^$/p' | tr -s '\\t' ' '",
      differs: {
        why: "the indexes in Berth's store have OCI's media types; without LLB, the provenance of both platforms is the same document",
        where: /^sha256:/,
      },
    },
    'docker buildx history inspect attachment --type provenance --platform linux/arm64 | head -4',
    // Names that aren't UTF-8.
    `${dockerfile('FROM box AS b', 'RUN mkdir /o && touch "/o/$(printf "caf\\351")" && ln -s "$(printf "t\\351")" /o/l', 'FROM scratch', 'COPY --from=b /o /o')}; docker buildx build -q -o type=tar,dest=u.tar .; tar tvf u.tar | awk '{ print $1, $NF }' | sort`,
    {
      run: `rm -rf u; docker buildx build -q -o u . ${errorOf}; ${small}`,
      differs: {
        why: "Docker's client fails to decode the names; Berth says which name, and which output can have it",
        where: /UTF-8/,
      },
    },
    // Several outputs.
    'rm -rf p; docker buildx build -q -o p -o type=tar,dest=p.tar -o type=oci,dest=o.tar -t made:several . >/dev/null; find p; tar tf p.tar; tar tf o.tar | grep -c blobs',
    'docker buildx build -q -o type=cacheonly . >/dev/null; echo $?',
  ],
  { store: 'containerd' },
);
