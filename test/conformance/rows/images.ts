import { type Difference, group } from '../row.ts';
import { noRegistry } from './reasons.ts';

const layerSizes: Difference = {
  why: 'a layer is kept as its archive, and takes its headers’ room too',
  where: /(?:\d+B|\d+kB|MB)\s*$/,
};

/** Images, except for building them. */
export const images = group('images', [
  'docker pull $REGISTRY/box:1',
  'docker pull -q $REGISTRY/box:1',
  'docker pull $REGISTRY/box',
  'docker pull $REGISTRY/nosuch:1',
  {
    run: 'docker pull 10.0.2.2:1/box',
    differs: noRegistry,
  },
  'docker pull -a $REGISTRY/box',
  'docker pull $REGISTRY/box@$(docker image inspect -f "{{index .RepoDigests 0}}" box | cut -d@ -f2)',
  'docker pull --platform linux/s390x $REGISTRY/box:1',
  {
    // Docker omits steps that are too quick for its client.
    run: 'docker rmi $REGISTRY/redis:1 redis; docker pull $REGISTRY/redis:1 | grep -v -e "Verifying Checksum" -e "Download complete"; docker tag $REGISTRY/redis:1 redis',
    sorted: true,
  },
  {
    run: 'docker images redis',
    differs: layerSizes,
  },
  'docker images box --format "{{.Repository}} {{.Tag}} {{.ID}} {{.CreatedSince}} {{.Digest}}"',
  'docker images --digests box --format "{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}}"',
  'docker images --no-trunc -q box',
  'docker images --format "{{.Repository}}:{{.Tag}} {{.ID}}" --filter reference=fancy',
  { run: 'docker images --filter label=role=web --format "{{.Repository}}"', sorted: true },
  'docker images --filter dangling=true',
  'docker images --filter nosuch=1',
  'docker images --filter before=nosuch',
  { run: 'docker images --format json box', shape: true },
  'docker tag box made:1; docker tag made:1 made:2; docker images made --format "{{.Tag}}"',
  'docker tag nosuch made:1',
  'docker tag box "Bad:Name"',
  'docker rmi made:1',
  'docker rmi made:1',
  'docker rmi made:2',
  'docker run --name uses fancy >/dev/null; docker rmi $(docker images -q fancy); docker tag fancy made:used; docker rmi made:used',
  'docker rm uses',
  'docker rmi -f nosuch; echo $?',
  {
    run: 'docker history box',
    differs: layerSizes,
  },
  {
    run: 'docker history --no-trunc --format "{{.CreatedBy}} {{.Size}} {{.Comment}}" fancy',
    differs: layerSizes,
  },
  'docker history nosuch',
  {
    // The engines share the registry, so one engine's pushes must not be there for the other. The
    // repository that a layer is mounted from depends on chance.
    run: 'own=$(basename "$PWD"); docker tag box "$REGISTRY/$own/one:1"; docker push "$REGISTRY/$own/one:1" | sed -e "s/$own/own/" -e "s/Mounted from .*/Mounted/"',
    differs: {
      why: 'Docker writes manifests of its own; here an image keeps the one, and the digest, that it came with',
      where: /: digest: sha256:/,
    },
  },
  {
    run: 'own=$(basename "$PWD"); docker push -q "$REGISTRY/$own/one:1" | sed "s/$own/own/"; docker rmi "$REGISTRY/$own/one:1" | sed "s/$own/own/"',
  },
  // An image without an index is its own only platform.
  'docker image rm --platform linux/s390x box',
  'docker tag box made:only; docker image rm --platform linux/amd64 made:only',
  {
    run: 'docker image inspect --platform linux/amd64 -f "{{.Architecture}} {{.RepoTags}}" box | sed "s/ .*//"; docker image inspect --platform linux/s390x box',
  },
  'docker history --platform linux/s390x box',
  'docker push $REGISTRY/nosuch:1',
  'docker push -a $REGISTRY/nosuch',
  'docker search --limit 1000 box',
  'docker image prune -f',
  // Images with a name stay unless `-a` is given, regardless of how they were created.
  'docker run --name saver box true; docker commit -c "LABEL made=yes" saver made:mine >/dev/null; docker rm saver >/dev/null; docker image prune -f >/dev/null; docker system prune -f >/dev/null; docker images made --format "{{.Tag}}"; docker images box --format "{{.Tag}}"',
  'docker tag box made:other; docker image prune -af --filter label=made=yes | grep untagged; docker images made --format "{{.Tag}}"',
  'docker run --name saver box true; docker commit -c "LABEL made=yes" saver made:mine >/dev/null; docker rm saver >/dev/null; docker system prune -af --filter label=made=yes | grep untagged; docker images made --format "{{.Tag}}"; docker rmi made:other',
  'docker image prune -f --filter nosuch=1',
  { run: 'docker login -u u -p p 10.0.2.2:1' },
  'docker logout 10.0.2.2:1',
]);
