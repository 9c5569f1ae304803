import { group } from '../row.ts';

/** Images and file systems as tar archives. */
export const archives = group('archives', [
  'docker save box -o box.tar; tar -tf box.tar | grep -c -e manifest.json -e oci-layout -e index.json',
  'docker tag box made:saved; docker save made:saved >made.tar; docker rmi made:saved >/dev/null; docker load -i made.tar; docker run --rm made:saved echo loaded',
  'docker load -q -i made.tar; docker image ls --format "{{.Repository}}:{{.Tag}}" made',
  'echo nothing | docker load',
  'docker save nosuch',
  'docker save --platform linux/amd64 box | tar -xO manifest.json | grep -o "box:latest"',
  'docker save --platform linux/s390x box | wc -c',
  'docker save box fancy | tar -xO manifest.json | tr "{" "\\n" | grep -c RepoTags',
  'docker create --name fan fancy; docker export fan | tar -t | sort | grep www',
  'docker export nosuch',
  'docker export fan | docker import - made:imported | cut -c1-7; docker run --rm made:imported cat /www/index.html',
  'docker export fan | docker import -m words -c "CMD [\\"echo\\", \\"hi\\"]" - made:imported2 | cut -c1-7; docker run --rm made:imported2; docker history --format "{{.Comment}}" made:imported2',
  'docker commit fan | cut -c1-7',
  'docker commit -a me -m words -c "ENV X=1" fan made:committed | cut -c1-7; docker image inspect -f "{{.Author}} {{.Comment}} {{json .Config.Env}}" made:committed',
  'docker commit nosuch made:no',
  // The process exits, or has just exited, while the image is created.
  'for name in brief1 brief2 brief3 brief4 brief5; do docker run -d --name $name box touch /test >/dev/null; docker commit $name | cut -c1-7; done',
  'docker rm -f brief1 brief2 brief3 brief4 brief5',
  'docker create --name probed --health-cmd "test -e /x" --health-retries 2 box; docker commit probed made:probed | cut -c1-7; docker image inspect -f "{{json .Config.Healthcheck}} {{json .Config.Cmd}}" made:probed',
  'docker commit -c "ENTRYPOINT [\\"top\\"]" fan made:entry | cut -c1-7; docker image inspect -f "{{json .Config.Entrypoint}} {{json .Config.Cmd}}" made:entry',
  'docker commit -c "ONBUILD RUN true" fan made:trigger | cut -c1-7; docker create --name triggered made:trigger; docker commit triggered made:triggered | cut -c1-7; docker image inspect -f "{{json .Config.OnBuild}}" made:trigger made:triggered',
]);
