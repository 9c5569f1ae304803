import { group, type Row } from '../row.ts';

/** A project in test/conformance/projects, and what is asked of it while it runs. */
interface Project {
  readonly name: string;
  /** Flags before the verb. */
  readonly flags?: string;
  /** Commands after `up`; `compose` is either tool. */
  readonly asks?: string;
}

const projects: readonly Project[] = [
  {
    name: 'blog',
    asks: 'compose exec -T page wget -q -O- http://127.0.0.1:8080/articles/; compose exec -T db sh -c "echo \\$DB_PASSWORD \\$DB_NAME"; compose exec -T page sh -c "echo \\$PRICE"; compose port page 8080 | cut -d: -f1',
  },
  {
    name: 'queue',
    asks: 'compose exec -T jobs redis-cli rpush jobs one >/dev/null; compose up -d --scale worker=1 2>/dev/null; compose ps --format "{{.Name}} {{.State}}" | sort; compose exec -T jobs sh -c "mount | grep -c /scratch"',
  },
  {
    name: 'live',
    asks: 'compose exec -T page cat /title /www/index.html; compose logs --no-color --no-log-prefix checker; compose images --format json | grep -o "\\"Repository\\":\\"[^\\"]*\\"" | sort',
  },
  { name: 'profiles', asks: 'compose config --services | sort' },
  {
    name: 'profiles',
    flags: '--profile tools',
    asks: 'compose logs --no-color --no-log-prefix migrate; compose --profile "*" config --services | sort',
  },
  {
    name: 'chain',
    asks: 'compose exec -T page env | grep -E "OWN|ROOT|FROM_FILE|QUOTED|SINGLE" | sort',
  },
  {
    name: 'secrets',
    asks: 'sleep 1; for s in reader sealed; do compose logs --no-color --no-log-prefix $s; done',
  },
  {
    name: 'gpu',
    asks: 'grep -o "could not select.*" up.out; docker inspect -f "{{json .HostConfig.DeviceRequests}}" gpu-model-1',
  },
  {
    name: 'networks',
    asks: 'compose exec -T backend wget -q -O- http://entrance:8080/; compose exec -T gateway hostname; compose exec -T shared wget -q -O- http://127.0.0.1:8080/; compose exec -T backend wget -q -T 3 -O- http://www:8080/ || echo hidden; compose logs --no-color --no-log-prefix alone',
  },
  {
    name: 'addresses',
    asks: 'compose exec -T dns sh -c "ip -4 -o addr show eth0 | cut -d\\  -f7; cat /sys/class/net/eth0/address; id; ulimit -n"; compose logs --no-color --no-log-prefix device | grep -c router',
  },
  { name: 'gates', asks: 'sleep 1; compose logs --no-color --no-log-prefix page' },
  { name: 'gates', flags: '--profile broken' },
];

/** With `docker compose` on both engines, and with `berth compose` on Berth's. */
const rowsOf = ({ name, flags = '', asks = 'true' }: Project): Row[] =>
  ['docker compose', 'berth-compose'].map((tool) => ({
    run: [
      `compose() { ${tool} "$@"; }`,
      `cp -r $CLIENTS/../projects/${name} . && cd ${name}`,
      `compose ${flags} up -d >up.out 2>&1; echo up $?; grep -o "service .broken.* exit 3" up.out | tail -1`,
      asks,
      `node $CLIENTS/describe-project.ts ${name}`,
      `compose ${flags} down -v -t 1 >/dev/null 2>&1; echo down $?`,
      `node $CLIENTS/describe-project.ts ${name}; cd ..; rm -rf ${name}`,
    ].join('\n'),
  }));

/** Ten projects of different kinds end in the same containers, networks and volumes. */
export const composeProjects = group('compose-projects', projects.flatMap(rowsOf));
