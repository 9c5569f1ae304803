import { group } from '../row.ts';
import { knowsPlatform, otherParts } from './reasons.ts';

/** `docker inspect` for all kinds of objects. */
export const inspect = group('inspect', [
  'docker create --name made -e A=1 -l k=v -w /tmp --hostname h -v vol:/v --tmpfs /t -m 64m --cpus 0.5 box echo a b | wc -c',
  {
    run: 'docker inspect made',
    shape: true,
    differs: otherParts(/GraphDriver|ImageManifestDescriptor/),
  },
  'docker inspect -f "{{json .Config}}" made',
  {
    run: 'docker inspect -f "{{json .HostConfig}}" made | tr , "\\n"',
    differs: otherParts(/"Runtime"/),
  },
  'docker inspect -f "{{json .State}}" made | tr , "\\n"',
  `docker create --name options --mount type=bind,source=/tmp,target=/a,readonly --mount type=bind,source=/tmp,target=/b,bind-propagation=rslave --mount type=volume,target=/c,volume-nocopy --mount type=tmpfs,target=/d,tmpfs-mode=700 box >/dev/null; docker inspect -f '{{json .HostConfig.Mounts}}' options; docker rm options >/dev/null`,
  {
    run: 'docker create --name mounts -v first:/a -v first:/b:ro,nocopy -v /c -v /tmp:/d:ro --mount type=volume,target=/e --mount type=volume,source=second,target=/f,volume-nocopy --mount type=bind,source=/etc,target=/g --tmpfs /i box >/dev/null; docker create --name temporary --mount type=tmpfs,target=/h box >/dev/null; docker create --name heir --volumes-from mounts:ro fancy >/dev/null; docker inspect -f "{{range .Mounts}}{{.Type}} {{.Destination}} {{.Mode}} {{.RW}} {{.Propagation}}{{println}}{{end}}" mounts temporary heir',
    sorted: true,
  },
  {
    run: 'docker inspect -f "{{json .Mounts}}" made | tr , "\\n"',
    differs: otherParts(/"Source"/),
  },
  'docker inspect -f "{{json .NetworkSettings}}" made | tr , "\\n"',
  {
    run: 'docker inspect -f "{{.Path}} {{json .Args}} {{.Name}} {{.Platform}} {{.Driver}} {{.MountLabel}} {{.AppArmorProfile}} {{.ExecIDs}}" made',
    differs: otherParts(/overlay/),
  },
  {
    run: 'docker inspect -s made',
    shape: true,
    differs: otherParts(/GraphDriver|ImageManifestDescriptor/),
  },
  {
    run: 'docker run -d --name runs -p 80 -P web >/dev/null; docker inspect -f "{{json .NetworkSettings}}" runs | tr , "\\n"',
    differs: otherParts(/"SandboxKey"/),
  },
  {
    run: 'await healthy docker inspect -f "{{.State.Health.Status}}" runs; docker inspect runs',
    shape: true,
    differs: otherParts(/GraphDriver|ImageManifestDescriptor/),
  },
  {
    run: 'docker inspect -f "{{json .HostConfig}}" runs | tr , "\\n"',
    differs: otherParts(/"Runtime"/),
  },
  'docker inspect -f "{{json .Config}}" runs | tr , "\\n"',
  'docker inspect -f "{{json .State.Status}} {{.State.Running}} {{.State.Dead}} {{.State.FinishedAt}}" runs',
  'docker inspect nosuch',
  'docker container inspect nosuch',
  'docker inspect --type image nosuch',
  'docker inspect --type nosuch x',
  'docker inspect -f "{{.Nosuch}}" made',
  { run: 'docker image inspect fancy', shape: true, differs: otherParts(/GraphDriver|Descriptor/) },
  'docker image inspect -f "{{json .Config}}" fancy | tr , "\\n"',
  'docker image inspect -f "{{.Id}} {{json .RepoTags}} {{.Architecture}} {{.Os}} {{.Created}} {{json .RootFS}}" fancy | tr " " "\\n"',
  'docker image inspect nosuch',
  { run: 'docker network inspect bridge', shape: true },
  'docker network inspect none host | grep -v -e Created',
  'docker network inspect nosuch',
  {
    run: 'docker volume create --label a=1 wide >/dev/null; docker volume inspect wide',
    differs: otherParts(/"Mountpoint"/),
  },
  'docker volume inspect nosuch',
  {
    run: 'docker ps -a --format json --filter name=made | tr , "\\n"',
    differs: knowsPlatform,
  },
  { run: 'docker ps -a --format json', shape: true, differs: knowsPlatform },
  {
    run: 'docker exec runs sh -c true; docker inspect runs',
    shape: true,
    differs: otherParts(/GraphDriver|ImageManifestDescriptor/),
  },
  'docker port runs | sed "s/:[0-9]*$//"',
  'docker port runs 8080 | wc -l',
  'docker port runs 1234',
]);
