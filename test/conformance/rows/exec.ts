import { group } from '../row.ts';

/** `docker exec`. */
export const exec = group('exec', [
  'docker run -d --name e -e BASE=1 -w /tmp box sleep 1000 | wc -c',
  'docker exec e echo hi',
  'docker exec e sh -c "echo out; echo err >&2; exit 4"',
  'docker exec e nosuchcommand',
  'docker exec e /etc/passwd',
  'echo typed | docker exec -i e cat',
  'docker exec -t e tty',
  'docker exec e pwd',
  'docker exec -w /usr e pwd',
  'docker exec -w /nosuch e pwd',
  'docker exec -w relative e pwd',
  'docker exec -e MORE=2 e env | sort | grep -v HOSTNAME',
  'docker exec -u 33 e id',
  'docker exec -u nobodyknows e id',
  'docker exec -u www-data:users e id',
  'docker exec --privileged e grep CapEff /proc/self/status',
  'docker exec e grep CapEff /proc/self/status',
  'docker exec -d e sh -c "echo done >/tmp/f"; sleep 1; docker exec e cat /tmp/f',
  'docker exec -it e true',
  'docker exec nosuch true',
  'docker exec e',
  'docker stop -t 0 e; docker exec e true',
  'docker create --name never box; docker exec never true',
]);
