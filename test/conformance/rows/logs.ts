import { group } from '../row.ts';

/** `docker logs` and `docker attach`. */
export const logs = group('logs', [
  'docker run --name talk box sh -c "echo one; echo two >&2; sleep 1; printf three"',
  'docker logs talk',
  'docker logs talk 2>/dev/null',
  'docker logs -n 1 talk',
  'docker logs --tail 0 talk',
  'docker logs --tail nosuch talk',
  'docker logs -t talk',
  'docker logs --since 1h talk',
  'docker logs --until 1h talk',
  'docker logs --since nosuch talk',
  'docker logs --details talk',
  'docker logs -f talk',
  'docker logs nosuch',
  'docker run -d --name slow box sh -c "for i in 1 2 3; do echo $i; sleep 0.3; done" >/dev/null; docker logs -f slow',
  'docker run -t --name term box sh -c "echo one; echo two >&2"; docker logs term | od -c',
  'docker run --log-driver none --name silent box echo hi; docker logs silent',
  'docker run --log-opt max-size=1k --log-opt max-file=2 --name small box sh -c "seq 1000" >/dev/null; docker logs small | tail -1',
  'docker run --log-opt nosuch=1 --name wrong box true',
  'docker run --log-opt tag=x --log-opt labels=a --label a=1 --name tagged box echo hi; docker logs --details tagged',
  'docker run --log-opt tag="{{.Name}}/{{.ImageName}} (&)" --log-opt env=A,C --log-opt env-regex=^B --log-opt labels-regex=^l -e A=1 -e B=2 -l left=x --name rich box sh -c "echo hi; echo there"; docker logs -t --details rich',
  'docker run -d -i --name ear box sh -c "read line; echo heard \\$line" >/dev/null; echo you | docker attach ear >/dev/null; docker wait ear; docker logs ear',
  'docker run -d --name far box sh -c "sleep 1; echo far" >/dev/null; docker attach --no-stdin far',
  'docker run -d --name away -i -t box sh >/dev/null; docker attach away </dev/null; docker rm -f away',
]);
