import { group } from '../row.ts';
import { otherParts } from './reasons.ts';

/** The engine's own clock: a VM's clock may be behind the host's. */
const start = 'start=$(docker info -f "{{.SystemTime}}");';

/** The engine as a whole. */
export const system = group('system', [
  {
    run: 'docker version',
    differs: {
      why: 'another engine: its version, its parts, its build',
      where:
        /Version:|Go version|Git ?[cC]ommit|Built|Engine|containerd|runc|docker-init|^$|crun|conmon|Server:|Berth|API version/,
    },
  },
  'docker version -f "{{.Client.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}} {{.Server.Arch}}"',
  {
    run: 'docker info -f "{{.OSType}} {{.Swarm.LocalNodeState}} {{.DefaultRuntime}} {{.LoggingDriver}} {{.CgroupDriver}} {{.IndexServerAddress}}"',
    differs: otherParts(/runc|crun/),
  },
  {
    run: 'docker info -f "{{json .}}"',
    shape: true,
    differs: otherParts(/Containerd|Runtimes|CDISpecDirs|KernelMemoryTCP/),
  },
  {
    run: 'docker info -f "{{json .Plugins}}"',
    differs: { why: 'fewer drivers of networks and logs' },
  },
  'docker info -f "{{json .SecurityOptions}}"',
  'docker system df --format "{{.Type}} {{.TotalCount}} {{.Active}}"',
  { run: 'docker system df --format json', shape: true },
  'docker system df -v | grep -A2 -e "usage:"',
  'docker events --since 1s --until 0s --filter type=nosuch',
  'docker events --since 0s --until 0s --filter nosuch=x',
  'docker events --since nosuch',
  `${start} docker run --rm --name seen -l k=v box true; docker events --since $start --until $(($(date +%s) + 1)) --filter container=seen --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.image}} {{.Actor.Attributes.k}} {{.Actor.Attributes.exitCode}}"`,
  `${start} docker volume create ev >/dev/null; docker run --rm -v ev:/v --name seen2 box true; docker volume rm ev >/dev/null; docker events --since $start --until $(($(date +%s) + 1)) --filter type=volume --format "{{.Action}} {{.Actor.ID}} {{json .Actor.Attributes}}"`,
  `${start} docker run --rm --name seen3 box true; docker events --since $start --until $(($(date +%s) + 1)) --filter type=network --format "{{.Action}} {{json .Actor.Attributes}}"`,
  `${start} docker tag box made:ev; docker rmi made:ev >/dev/null; docker events --since $start --until $(($(date +%s) + 1)) --filter type=image --format "{{.Action}} {{.Actor.ID}} {{json .Actor.Attributes}}"`,
  `${start} docker run -d --name seen4 box sleep 1000 >/dev/null; docker exec seen4 true; docker pause seen4 >/dev/null; docker unpause seen4 >/dev/null; docker rename seen4 seen5; docker kill seen5 >/dev/null; docker wait seen5; docker rm seen5 >/dev/null; docker events --since $start --until $(($(date +%s) + 1)) --filter type=container --format "{{.Action}} {{json .Actor.Attributes}}"`,
  `${start} docker run --rm --name seen6 box true; docker events --since $start --until $(($(date +%s) + 1)) --filter container=seen6 --filter event=die --filter event=start --format "{{.Action}}"`,
  {
    run: `${start} docker run --rm --name seen7 box true; docker events --since $start --until $(($(date +%s) + 1)) --format json`,
    shape: true,
  },
  {
    // The engine mounts volumes and joins networks at the same time, so either may come first.
    run: `${start} docker volume create ev2 >/dev/null; docker run --rm -v ev2:/v --name seen8 box true; docker volume rm ev2 >/dev/null; docker events --since $start --until $(($(date +%s) + 1)) --format "{{.Type}} {{.Action}}"`,
    sorted: true,
  },
  'docker system prune -f | tail -1',
  'docker node ls',
  'docker service ls',
  'docker stack ls',
  'docker secret ls',
  'docker config ls',
  'docker swarm leave',
  'docker swarm ca',
  'docker swarm unlock-key',
  'docker service create box',
  'docker secret create s - </dev/null',
  {
    run: 'docker swarm init --advertise-addr nosuch',
    differs: { why: 'Docker looks at the address first; here a swarm is not possible at all' },
  },
  'docker plugin ls',
  'docker plugin inspect nosuch',
  'docker plugin rm nosuch',
  'docker plugin enable nosuch',
  'docker checkpoint ls nosuch',
  'docker -H unix:///no/such/socket ps',
  'DOCKER_API_VERSION=1.23 docker ps',
  'DOCKER_API_VERSION=1.24 docker ps',
  'DOCKER_API_VERSION=1.99 docker ps',
  'docker context show',
]);
