import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const USERS = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
user:x:1000:1000:user:/home/user:/bin/sh
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const GROUPS = `root:x:0:
daemon:x:1:
wheel:x:10:root
user:x:1000:
nobody:x:65534:
`;

/**
 * Makes the images that cases begin with, and starts a web server that the engine reaches. Returns
 * the server's address as a variable.
 */
export async function prepare(
  environment: NodeJS.ProcessEnv,
  directory: string,
): Promise<{ WEB: string }> {
  const context = join(directory, 'prepared');
  await mkdir(context);
  const file = (name: string, text: string) => writeFile(join(context, name), text);
  await file('passwd', USERS);
  await file('group', GROUPS);
  await file('Dockerfile', 'FROM box\nCOPY passwd group /etc/\n');
  await file('alpine.df', 'FROM busybox\nRUN echo 3.20 >/etc/alpine-release\n');
  await file(
    'web.df',
    'FROM box\nCOPY www /www\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n',
  );
  await file(
    'df',
    'FROM busybox\nRUN echo -n foo-contents >/foo\nFROM scratch\nCOPY --from=0 /foo /foo\n',
  );
  await file('mydockerfile', 'FROM scratch\nCOPY foo bar\n');
  const script = `
    set -e
    docker pull -q $REGISTRY/box:1
    docker tag $REGISTRY/box:1 box
    mkdir www && mv df www && printf content1 >www/foo && cp www/foo foo
    tar czf www/t.tar.gz foo && tar cf www/ctx.tar mydockerfile foo
    export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
    export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
    git init -q -b main repo && cd repo
    printf 'FROM busybox AS build\\nRUN touch foo\\nFROM scratch\\nCOPY --from=build foo bar\\n' >Dockerfile
    git add . && git commit -qm one && git branch first
    echo 'COPY --from=build foo bar2' >>Dockerfile && git commit -qam two
    cd .. && git clone -q --bare repo www/repo.git && git -C www/repo.git update-server-info
    docker build -q -t busybox . && docker build -q -t alpine -f alpine.df .
    docker build -q -t corpus-web -f web.df .
    docker run -d --name corpus-web corpus-web
  `;
  await run('sh', ['-c', script], { cwd: context, env: environment });
  const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
  const { stdout } = await run('docker', ['inspect', '-f', format, 'corpus-web'], {
    env: environment,
  });
  return { WEB: `http://${stdout.trim()}:8080` };
}
