import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A server that writes a log like real servers. `$1` is its name, and its port is 80. */
const SERVER = `#!/bin/sh
echo "$(date -Iseconds) $1 listens on port 80"
httpd -p 80 -h /srv
mkdir -p /data/journal
head -c 300000 /dev/urandom > /data/journal/000001.log
echo "version: 3" > /data/settings.yaml
n=1
while :; do
  echo -e "\\033[32mINFO\\033[0m  GET /items/$n 200 $((n * 7 % 40 + 3)) ms"
  [ $((n % 9)) -eq 0 ] && echo -e "\\033[33mWARN\\033[0m  slow request: /search took 412 ms" >&2
  [ $((n % 25)) -eq 0 ] && echo -e "\\033[1;31mERROR\\033[0m /pay answered 502, trying again" >&2
  n=$((n + 1))
  [ $n -gt 60 ] && sleep 2
done
`;

const dockerfile = (name: string, megabytes: number) => `FROM busybox
ENV APP=${name} LOG_LEVEL=info
COPY server.sh /usr/local/bin/server
RUN mkdir /srv && echo "<h1>${name}</h1>" > /srv/index.html && dd if=/dev/urandom of=/srv/assets.bin bs=1M count=${megabytes}
EXPOSE 80
CMD ["sh", "/usr/local/bin/server", "${name}"]
`;

const COMPOSE = `services:
  web:
    image: shop/web:2.4
    build: ./web
    ports:
      - "8080:80"
    environment:
      API_URL: http://api
    depends_on:
      - api
    stop_grace_period: 0s
  api:
    image: shop/api:1.9
    build: ./api
    environment:
      DATABASE_URL: postgres://db/shop
      DATABASE_PASSWORD: hunter2
    volumes:
      - uploads:/data
    depends_on:
      - db
    stop_grace_period: 0s
  db:
    image: shop/db:17
    build: ./db
    volumes:
      - records:/data
    stop_grace_period: 0s

volumes:
  uploads:
  records:
`;

/**
 * Writes a project with three services, and the build contexts of its images. Returns its Compose
 * file.
 */
export async function writeShop(directory: string): Promise<string> {
  for (const [name, megabytes] of Object.entries({ web: 2, api: 4, db: 7 })) {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'Dockerfile'), dockerfile(name, megabytes));
    await writeFile(join(directory, name, 'server.sh'), SERVER);
  }
  const file = join(directory, 'compose.yaml');
  await writeFile(file, COMPOSE);
  return file;
}
