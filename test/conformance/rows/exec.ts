import { group } from '../row.ts';
import { runtimeWords, whatHostLacks } from './reasons.ts';

/** `docker exec`. */
export const exec = group('exec', [
  'docker run -d --name exe -e BASE=1 -w /tmp box sleep 1000 | wc -c',
  'docker exec exe echo hi',
  'docker exec exe sh -c "echo out; echo err >&2; exit 4"',
  'docker exec exe nosuchcommand',
  'docker exec exe /no/such; echo $?',
  'docker exec exe /etc/passwd',
  'echo typed | docker exec -i exe cat',
  // A process that exits before it has read its input. Its output must arrive anyway.
  'for round in 1 2 3 4 5 6 7 8 9 10; do seq 1 300000 | docker exec -i exe head -n 1; done',
  'head -c 300000 /dev/zero | docker exec -i exe sh -c "echo out; echo err >&2; exit 3"',
  'head -c 2000000 /dev/zero | docker exec -i exe sh -c "echo out; echo err >&2; exit 3"',
  'yes | docker exec -i exe sh -c "seq 1 100000; exit 4" | tail -n 1',
  'docker exec -i exe sh -c "cat; echo done" </dev/null',
  'docker exec -t exe tty',
  'docker exec exe pwd',
  'docker exec -w /usr exe pwd',
  'docker exec -w /nosuch exe pwd',
  {
    run: 'docker exec -w relative exe pwd',
    differs: runtimeWords,
  },
  'docker exec -e MORE=2 exe env | sort | grep -v HOSTNAME',
  'docker exec -u 33 exe id',
  'docker exec -u nobodyknows exe id',
  'docker exec -u 33:nosuch exe id',
  'docker exec -u www-data:users exe id',
  `docker exec --privileged exe grep CapEff /proc/self/status | ${whatHostLacks}`,
  'docker exec exe grep CapEff /proc/self/status',
  'docker exec -d exe sh -c "echo done >/tmp/f"; await done docker exec exe cat /tmp/f; docker exec exe cat /tmp/f',
  'docker exec -it exe true',
  'docker exec nosuch true',
  'docker exec exe',
  'docker stop -t 0 exe; docker exec exe true',
  'docker create --name never box; docker exec never true',
]);
