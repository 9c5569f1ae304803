import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { output } from '../berth.ts';
import { guest, inContainer, removeContainers } from './shared-machine.ts';

/** The address of the host, as the VM and its containers see it. */
const HOST = '10.0.2.2';

const server = createServer((request, response) => response.end(`hello from ${request.url}`));
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.close();
  await removeContainers();
});

const interfaces = "ls /sys/class/net | grep -v '^bonding_masters$'; ip -4 -o address show";

describe.concurrent('a container', () => {
  test('reaches the host', async () => {
    const script = `ping -c 1 -W 10 ${HOST} && wget -qO- http://${HOST}:${port}/the-host`;
    const said = await inContainer(script);
    expect(said).toContain('1 packets transmitted, 1 packets received');
    expect(said).toMatch(/hello from \/the-host$/);
  });

  test('has its name in /etc/hosts, and others that it is given', async () => {
    const flags = ['--hostname', 'castle', '--add-host', 'moat:10.9.8.7'];
    const hosts = await inContainer('ip -4 -o address show eth0; cat /etc/hosts', ...flags);
    const own = /inet (\S+)\//.exec(hosts)?.[1];
    const lines = hosts.split('\n').map((line) => line.split(/\s+/));
    expect(lines).toContainEqual([own, 'castle']);
    expect(lines).toContainEqual(['10.9.8.7', 'moat']);
    expect(lines).toContainEqual(['127.0.0.1', 'localhost']);
  });

  test('asks the VM’s name server, or the given one', async () => {
    const [machine, own, given] = await Promise.all([
      guest('cat /etc/resolv.conf'),
      inContainer('cat /etc/resolv.conf; nslookup nowhere.invalid; echo "code $?"'),
      inContainer('cat /etc/resolv.conf', '--dns', '10.1.2.3'),
    ]);
    const nameserver = /^nameserver (\S+)/m.exec(machine)?.[1];
    expect(own).toContain(`nameserver ${nameserver}\n`);
    // The name server answers, even if only with a refusal.
    expect(own).toMatch(new RegExp(`^Address:\\s+${nameserver}:53$`, 'm'));
    expect(own).toMatch(/^code 1$/m);
    expect(given).toMatch(/^nameserver 10\.1\.2\.3$/m);
    expect(given).not.toContain(nameserver);
  });

  test('reaches another by its address', async () => {
    const script = 'echo "from a container" > /index.html; exec httpd -f -p 80 -h /';
    const id = await output('run', '--detach', 'busybox', 'sh', '-c', script);
    const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
    const address = await output('inspect', '--format', format, id);
    const fetch = `until wget -qO- http://${address}; do sleep 0.1; done`;
    expect(await inContainer(fetch)).toBe('from a container');
  });

  test('without a network has only its loopback', async () => {
    const script = `${interfaces}; ping -c 1 127.0.0.1; ping -c 1 ${HOST} 2>&1; echo "code $?"`;
    const said = await inContainer(script, '--network', 'none');
    expect(said).toMatch(/^lo\n1: lo +inet 127\.0\.0\.1\/8 /);
    expect(said).toContain('1 packets transmitted, 1 packets received');
    expect(said).toMatch(/Network is unreachable\ncode 1$/);
  });

  test('on the host’s network has the VM’s network', async () => {
    const address = "ip -4 -o address show eth0 | awk '{print $4}'";
    const script = `readlink /proc/self/ns/net; ${address}; hostname`;
    const [machine, own] = await Promise.all([
      guest(script),
      inContainer(script, '--network', 'host'),
    ]);
    expect(machine).toMatch(/^net:\[\d+\]\n10\.0\.2\.\d+\/24\nberth-default$/);
    expect(own).toBe(machine);
  });
});
