import { group } from '../row.ts';
import { otherParts } from './reasons.ts';

/** `docker volume`. */
export const volumes = group('volumes', [
  'docker volume create v1; docker volume create v1',
  'docker volume create | wc -c',
  'docker volume create --label a=1 --label b v2; docker volume inspect -f "{{json .Labels}} {{.Driver}} {{.Scope}} {{json .Options}} {{.Name}}" v2',
  { run: 'docker volume inspect v1', shape: true },
  'docker volume create -d nosuch v3',
  'docker volume create "bad name"',
  'docker volume create x',
  'docker volume create -o type=tmpfs -o device=tmpfs -o o=size=1m v4; docker run --rm -v v4:/v box df -m /v | tail -1 | cut -c1-5',
  'docker volume create -o nosuch=1 v5',
  'docker volume ls -q | grep "^v"',
  'docker volume ls --filter name=v1 --format "{{.Name}} {{.Driver}} {{.Scope}}"',
  'docker volume ls -q --filter label=a=1; docker volume ls -q --filter dangling=false; docker volume ls -q --filter driver=local | grep -c v',
  'docker volume ls --filter nosuch=1',
  'docker run -d --name user -v v1:/v box sleep 1000 >/dev/null; docker volume rm v1',
  'docker volume ls -q --filter dangling=false',
  {
    run: 'docker inspect -f "{{json .Mounts}}" user | tr , "\\n"',
    differs: otherParts(/"Source"/),
  },
  'docker rm -f user; docker volume rm v1',
  'docker volume rm v1',
  'docker volume rm -f v1; echo $?',
  'docker run --name anonymous fancy; docker inspect -f "{{len .Mounts}}" anonymous; docker rm -v anonymous; docker volume ls -q | grep -c -v "^v"',
  'docker run --rm -v filled:/www --entrypoint cat fancy /www/index.html; docker run --rm -v filled:/w box ls -ln /w',
  'docker run --rm -v empty:/www:nocopy --entrypoint ls fancy /www',
  'docker run --name from -v v2:/v box sh -c "echo 1 >/v/f"; docker run --rm --volumes-from from box cat /v/f; docker run --rm --volumes-from from:ro box touch /v/g',
  'docker rm from >/dev/null; docker volume prune -f | grep -c Total; docker volume ls -q | grep "^v"',
  'docker volume prune -af --filter label=a=1 | head -2',
  'docker volume prune -f --filter nosuch=1',
  'docker volume update v4',
]);
