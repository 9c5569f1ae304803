import { once } from 'node:events';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createEngineClient } from '../../electron/host/engine/connection/http-client.ts';
import { output } from '../e2e/berth.ts';
import { guest, readFacts, removeContainers } from '../e2e/engine/shared-machine.ts';

const CREATED = 60;
const RUNNING = 20;
/** Number of calls to the engine at a time. */
const PARALLEL = 8;
/** The kernel and idle connections release some resources a little later. */
const WAIT = { timeout: 120_000, interval: 2_000 };

/** Counts everything in the VM that a container may leave behind. */
const inventory = async () =>
  readFacts(
    await guest(`
      count() { echo "$1 $(wc -l)"; }
      /usr/bin/ps --ppid 2 -p 2 --deselect -o comm= | grep -vE '^(ps|grep|sh|wc|sshd.*)$' | count processes
      for namespace in /proc/[0-9]*/ns/*; do readlink $namespace; done | sort -u | count namespaces
      count mounts </proc/mounts
      /usr/sbin/ip -o link | count interfaces
      nft list ruleset | count rules
      find /sys/fs/cgroup/berth -type d | count cgroups
      find /run/berth ! -name '*.sock' | count run-files
      find /var/lib/berth -path /var/lib/berth/cache -prune -o -print | count data-files
      ls -l /proc/$(cat /run/berth/agent.pid)/fd | grep -v socket: | count agent-descriptors
      losetup -a | count loops`),
  );

/** Every running container has these. The inventory therefore does see containers. */
const perContainer = [
  ...['processes', 'namespaces', 'mounts', 'interfaces', 'cgroups', 'run-files', 'data-files'],
];

/** The agent's sockets. Clients come and go, so their number is only roughly constant. */
const sockets = async () =>
  Number(await guest('ls -l /proc/$(cat /run/berth/agent.pid)/fd | grep -c socket:'));

/** Runs a task for each item, a few at a time. */
async function forEach<T>(items: readonly T[], task: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await task(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

// The first container creates objects that stay: the image's mount, the bridge, and the firewall's
// chains. The kernel ends its network a little later, and the inventory must not begin with it.
beforeAll(async () => {
  await output('run', '--rm', 'busybox', 'true');
  await vi.waitFor(
    async () => expect(await guest('/usr/sbin/ip -o link show type veth')).toBe(''),
    WAIT,
  );
});
afterAll(removeContainers);

test(`${CREATED} containers, ${RUNNING} of them running, leave nothing behind`, async () => {
  const engine = createEngineClient(inject('engineSocket'));
  const [before, socketsBefore] = [await inventory(), await sockets()];

  const ids: string[] = [];
  const body = {
    Image: 'busybox',
    Cmd: ['sleep', '1000'],
    Volumes: { '/data': {} },
    HostConfig: { Tmpfs: { '/scratch': '' } },
  };
  await forEach(Array.from({ length: CREATED }), async () => {
    const { Id } = await engine.json<{ Id: string }>('POST', '/containers/create', { body });
    ids.push(Id);
  });
  await forEach(ids.slice(0, RUNNING), (id) => engine.json('POST', `/containers/${id}/start`));

  const format = '{{.State}}';
  const states = (await output('ps', '--all', '--no-trunc', '--format', format)).split('\n');
  expect(states.filter((state) => state === 'running')).toHaveLength(RUNNING);
  expect(states.filter((state) => state === 'created')).toHaveLength(CREATED - RUNNING);
  const addresses = await guest(
    "for pid in $(pgrep -xf 'sleep 1000'); do nsenter -t $pid -n ip -4 -o address show eth0; done | awk '{ print $4 }' | sort -u | wc -l",
  );
  expect(Number(addresses)).toBe(RUNNING);
  const during = await inventory();
  for (const kind of perContainer) {
    expect(Number(during[kind]), kind).toBeGreaterThanOrEqual(Number(before[kind]) + RUNNING);
  }

  await forEach(ids, (id) =>
    engine.json('DELETE', `/containers/${id}`, { query: { force: true, v: true } }),
  );
  await vi.waitFor(async () => {
    expect(await inventory()).toEqual(before);
    expect(await sockets()).toBeLessThan(socketsBefore + RUNNING / 2);
  }, WAIT);
}, 600_000);

test('commands that can’t be started don’t leave descriptors behind', async () => {
  const engine = createEngineClient(inject('engineSocket'));
  const body = { Image: 'busybox', Cmd: ['sleep', '1000'] };
  const { Id } = await engine.json<{ Id: string }>('POST', '/containers/create', { body });
  await engine.json('POST', `/containers/${Id}/start`);
  const before = await sockets();
  const commands = 20;
  for (let count = 0; count < commands; count++) {
    const exec = await engine.json<{ Id: string }>('POST', `/containers/${Id}/exec`, {
      body: { Cmd: ['nosuch'], AttachStdout: true },
    });
    const { socket } = await engine.hijack(`/exec/${exec.Id}/start`, { body: { Detach: false } });
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
  }
  await vi.waitFor(async () => expect(await sockets()).toBeLessThan(before + commands / 2), WAIT);
});
