import { group } from '../row.ts';

/** Writes a file; the lines are YAML. */
const file = (path: string, ...lines: readonly string[]) =>
  `cat >${path} <<'END'\n${lines.join('\n')}\nEND\n`;

const shop = file(
  'compose.yaml',
  'name: shop',
  'services:',
  '  web: {image: web, depends_on: [mid], networks: [front, shared], volumes: ["data:/data", /own]}',
  '  mid: {image: box, command: [sleep, "100"], init: true, depends_on: [db], networks: [front, back]}',
  '  db: {image: redis, networks: [back], volumes: ["kept:/kept"]}',
  '  built: {build: ., init: true, networks: [third], volumes: ["other:/other"]}',
  '  named: {image: "made:named", init: true, build: ., networks: [third], depends_on: [built]}',
  '  tools: {image: box, command: [sleep, "100"], init: true, profiles: [tools]}',
  'networks: {front: , back: , third: , shared: {external: true, name: outside}}',
  'volumes: {data: , other: , kept: {external: true}}',
);
const prepared = `${shop}printf 'FROM box\\nCMD ["sleep", "100"]\\n' >Dockerfile; docker network create outside >/dev/null; docker volume create kept`;
const compose = (words: string) => `berth-compose --progress plain ${words} 2>&1 | sort`;
const quietly = (words: string) => `berth-compose ${words} >/dev/null 2>&1`;
const tried = (words: string) =>
  `berth-compose --progress plain --dry-run ${words} 2>&1 | sed 's/-run-.*/-run/; s/remove .*/remove/' | grep -v 'Network.*Re' | sort -u`;
/** What there is, without what was there before. */
const left = `docker ps -a --format '{{.Names}}' | sed 's/-run-.*/-run/' | sort; docker network ls -f type=custom --format '{{.Name}}' | sort; docker volume ls -q | sed -E 's/^[0-9a-f]{64}$/anonymous/' | sort; docker image ls --format '{{.Repository}}' | grep -E 'shop|made' | sort`;

const ranges = file(
  'ranges.yaml',
  'name: scaled',
  'services:',
  '  web: {image: web, ports: ["18000-18002:8080"]}',
  '  long: {image: web, ports: [{target: 8080, published: "18010-18012"}]}',
);
const scaled = (words: string) => `berth-compose -f ranges.yaml ${words} 2>/dev/null; echo $?`;
const portsOf = (service: string, count: number) =>
  `for i in $(seq ${count}); do berth-compose -f ranges.yaml port --index $i ${service} 8080; done | sort`;

/** `berth compose` beside `docker compose`: what each verb prints and does. */
export const composeVerbs = group('compose-verbs', [
  prepared,
  // Only what the named services need.
  `${compose('up -d web')}; ${left}`,
  `${compose('down -t 0')}; ${left}`,
  `${compose('run --no-deps web echo ran')} | sed 's/-run-.*  /-run  /'; ${left}`,
  `${compose('create built')} | grep -E 'Container|Network|Volume'; ${left}`,
  `${compose('down -v --remove-orphans -t 0')} | sed 's/-run-.*  /-run  /' | sort -u | grep -v Error; ${left}`,
  // `down` with names, profiles, images and volumes.
  `${quietly('--profile tools up -d')}; ${left}`,
  ...['down web', 'down built', 'down -v named', 'down -v', 'down', 'down tools'].map(
    (words) => `${compose(`${words} -t 0`)}; ${left}`,
  ),
  'berth-compose down nobody 2>message; echo $?; grep -o "no such service.*" message',
  `${quietly('up -d')}; ${compose('down --rmi local -t 0 named')}; ${left}`,
  `docker tag box made:box; sed -i 's/image: box/image: "made:box"/' compose.yaml; ${quietly('up -d')}; ${compose('down --rmi all -t 0 mid built')} | grep -v redis; docker tag $REGISTRY/redis:1 redis; ${left}`,
  // What would be done. Only the names of images differ in the progress of both.
  `docker tag box made:box; ${tried('up -d --wait web')}; ${tried('up web')}; ${tried('create web')}; ${left}`,
  `${quietly('up -d web')}; ${left}`,
  ...['up -d web', 'up -d --scale web=2 web', 'stop', 'restart mid', 'kill db', 'pause'].map(tried),
  ...['rm -fs', 'scale web=2', 'run -d web true', 'down -v -t 0', 'logs --tail 0'].map(tried),
  ...['exec web true', 'run web true'].map(
    (words) =>
      `berth-compose --dry-run ${words} >message 2>&1; echo $?; grep -o 'interactive.*' message`,
  ),
  left,
  `${compose('pause')}; ${tried('unpause')}; ${compose('unpause')}; ${quietly('down -t 0')}`,
  `${quietly('up -d web')}; cd /; ${compose('-p shop down -v -t 0')}; ${left}`,
  // Each container of a service takes a port of the range. One more finds none.
  `${ranges}${scaled('up -d --scale web=3 --scale long=2')}; ${portsOf('web', 3)}; ${portsOf('long', 2)}; docker inspect -f '{{json .HostConfig.PortBindings}}' scaled-web-1 scaled-web-3 scaled-long-2`,
  `${scaled('up -d --scale web=4')}; ${scaled("ps --format '{{.Name}} {{.State}}'")} | sort; ${scaled('down -t 0')}`,
  'cd /; berth-compose -p shop down 2>&1 | grep -o "No resource found to remove"; docker network rm outside; docker volume rm kept',
]);
