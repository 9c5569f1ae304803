import { group } from '../row.ts';

const project = 'cp -r $CLIENTS/project/. . && docker compose --progress plain';

/** `docker compose` with a project of a database and a web service. */
export const compose = group('compose', [
  { run: `${project} config` },
  { run: `${project} up -d`, sorted: true },
  'docker compose wait once >ended 2>&1; docker compose ps --format "{{.Service}} {{.State}} {{.Health}}" | sort',
  { run: 'docker compose ps --format json', shape: true },
  'docker compose exec -T web wget -q -O- http://127.0.0.1:8080/',
  'docker compose exec -T web sh -c "printf \'PING\\r\\nQUIT\\r\\n\' | nc db 6379"',
  'docker compose exec -T db redis-cli set key value; docker compose restart db 2>/dev/null; docker compose exec -T db redis-cli get key',
  'docker compose logs --no-color --no-log-prefix once',
  {
    run: 'docker compose up -d --scale web=3 2>/dev/null; docker compose wait once >ended 2>&1; docker compose ps --format "{{.Name}} {{.State}}"',
    sorted: true,
  },
  'docker compose run --rm -T once echo ran 2>/dev/null',
  'docker compose top web | wc -l',
  'docker compose images --format json | tr , "\\n" | grep Repository | sort',
  'docker network ls --filter label=com.docker.compose.project --format "{{.Name}}" | sort',
  'docker volume ls --filter label=com.docker.compose.project --format "{{.Name}}"',
  { run: 'docker compose stop -t 1 web 2>&1 | grep -c Stopped' },
  'docker compose start web 2>/dev/null; docker compose ps --services | sort',
  'docker compose kill db 2>/dev/null; docker compose ps -a --format "{{.Service}} {{.State}} {{.ExitCode}}" db',
  { run: 'docker compose --progress plain down -v -t 1', sorted: true },
  'docker ps -aq | wc -l; docker network ls -q --filter type=custom | wc -l; docker volume ls -q | wc -l',
  // Projects that Berth's own compose creates belong to `docker compose` too, and the other way
  // round.
  'docker compose config --hash "*" | sort >theirs; node $CLIENTS/berth-compose.ts hash | sort >ours; cmp ours theirs && wc -l <ours',
  'node $CLIENTS/berth-compose.ts up',
  'docker compose up -d --wait web db 2>&1 | grep -cE "Creat|Start"; docker compose ps --format "{{.Name}} {{.State}}" web db | sort',
  'docker compose --progress plain down -v -t 1 2>&1 | grep -c Removed; docker ps -aq | wc -l; docker volume ls -q | wc -l',
  'docker compose up -d web db 2>/dev/null; node $CLIENTS/berth-compose.ts up; node $CLIENTS/berth-compose.ts down',
  'docker ps -aq | wc -l; docker network ls -q --filter type=custom | wc -l; docker volume ls -q | wc -l',
]);
