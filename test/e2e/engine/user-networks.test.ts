import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { output } from '../berth.ts';
import { guest, inContainer, removeContainers } from './shared-machine.ts';

const server = createServer((_, response) => response.end('hello from the host'));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await output('network', 'create', 'front');
  await output('network', 'create', '--internal', 'back');
});
afterAll(async () => {
  server.close();
  await removeContainers();
  await output('network', 'prune', '--force');
});

/** A web server whose only page says `page`. The server answers once this function resolves. */
async function site(page: string, ...flags: string[]): Promise<void> {
  const script = `echo "${page}" > /index.html; exec httpd -f -h /`;
  await output('run', '--detach', ...flags, 'busybox', 'sh', '-c', script);
}

/** A page, as soon as somebody serves it; `timeout` and not a number of tries ends a test. */
const fetch = (url: string) => `until wget -qO- -T 5 ${url}; do sleep 0.1; done`;

describe.concurrent('a user-defined network', () => {
  test('resolves containers by name, alias and short ID, and reaches the host', async () => {
    await site('named', '--name', 'named', '--network', 'front', '--network-alias', 'known-as');
    const id = await output('inspect', '--format', '{{.Id}}', 'named');
    const { port } = server.address() as AddressInfo;
    const names = ['named', 'known-as', id.slice(0, 12)];
    const script = [
      ...names.map((name) => fetch(`http://${name}/`)),
      `wget -qO- http://host.docker.internal:${port}/`,
    ].join('; ');
    const said = await inContainer(script, '--network', 'front');
    expect(said).toBe('named\nnamed\nnamed\nhello from the host');
  });

  test('connects and disconnects a running container', async () => {
    await site('visitor', '--name', 'visitor');
    await output('network', 'connect', '--alias', 'guest', 'back', 'visitor');
    expect(await inContainer(fetch('http://guest/'), '--network', 'back')).toBe('visitor');
    await output('network', 'disconnect', 'back', 'visitor');
    const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
    expect(await output('inspect', '--format', format, 'visitor')).toBe('bridge');
    expect(await inContainer('nslookup guest || echo gone', '--network', 'back')).toMatch(/gone$/);
  });

  test('that is internal is isolated from the outside', async () => {
    const routes = await inContainer(
      'ip route; ping -c 1 -W 2 10.0.2.2 || true',
      '--network',
      'back',
    );
    expect(routes).not.toContain('default');
    expect(routes).not.toContain('1 packets received');
  });

  test('publishes ports, even the port of the VM’s own SSH', async () => {
    await site('published', '--name', 'published', '--network', 'front', '-p', '80', '-p', '22:80');
    const bound = (await output('port', 'published', '80')).split('\n');
    const port = Math.max(...bound.map((address) => Number(address.split(':').at(-1))));
    expect(port).toBeGreaterThanOrEqual(32_768);
    const pages = `${fetch(`http://127.0.0.1:${port}/`)}; wget -qO- http://127.0.0.1:22/`;
    expect(await guest(pages)).toBe('published\npublished');
  });

  test('enforces a rate limit', async () => {
    const rate = ['--network-rate', 'egress=4mbit'];
    const script = 'dd if=/dev/zero of=/megabyte bs=1M count=1 2> /dev/null; exec httpd -f -h /';
    const words = ['--name', 'slow', '--network', 'front', ...rate, 'busybox', 'sh', '-c', script];
    await output('run', '--detach', ...words);
    const timed = [
      `until wget -qO- -T 5 http://slow/ 2>&1 | grep -q 404; do sleep 0.1; done`,
      'read before _ < /proc/uptime',
      'wget -qO /dev/null http://slow/megabyte',
      'read after _ < /proc/uptime',
      'echo "$before $after"',
    ].join('\n');
    const [before = 0, after = 0] = (await inContainer(timed, '--network', 'front'))
      .split(' ')
      .map(Number);
    // Eight megabits at four per second take two seconds, minus the initial content of the bucket.
    expect(after - before).toBeGreaterThan(1.5);
  });
});
