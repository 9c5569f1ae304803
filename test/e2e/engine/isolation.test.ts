import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { berth, output } from '../berth.ts';
import { guest, inContainer, readFacts, removeContainers } from './shared-machine.ts';

/** Docker's default capabilities (moby, oci/caps/defaults.go). */
const DEFAULT_CAPABILITIES = '00000000a80425fb';
const NO_CAPABILITIES = '0000000000000000';

const namespaces = (kinds: string) =>
  `for kind in ${kinds}; do echo "$kind $(readlink /proc/self/ns/$kind)"; done`;

/** Traces of a container that others could find: files, shared memory, a server on its loopback. */
const resident =
  'touch /made-here /dev/shm/made-here; echo mine > /tmp/index.html; ' +
  'httpd -p 127.0.0.1:8080 -h /tmp; exec sleep 1000';

beforeAll(async () => {
  const run = (name: string, ...words: string[]) =>
    output('run', '--detach', '--name', name, ...words);
  await run('resident', '--hostname', 'castle', 'busybox', 'sh', '-c', resident);
  await run('neighbour', 'busybox', 'sleep', '1000');
  await vi.waitFor(
    () => output('exec', 'resident', 'wget', '-qO-', 'http://127.0.0.1:8080'),
    30_000,
  );
});
afterAll(removeContainers);

/** Runs a shell script in a container of this test file. */
const inside = (name: string, script: string) => output('exec', name, 'sh', '-c', script);

describe.concurrent('a container', () => {
  test('has its own namespace of each kind', async () => {
    const own = 'pid mnt uts net ipc cgroup';
    const all = await Promise.all([
      inside('resident', namespaces(own)),
      inside('neighbour', namespaces(own)),
      guest(namespaces(own)),
    ]);
    const identities = all.flatMap((text) => Object.values(readFacts(text)));
    expect(identities).toHaveLength(18);
    expect(new Set(identities).size).toBe(18);
  });

  test('sees only its own processes, with its command as number 1', async () => {
    const processes = await inContainer('sleep 1000 & cat /proc/1/comm; echo /proc/[0-9]*');
    expect(processes).toBe('sh\n/proc/1 /proc/2');
    expect(await guest('ps -o args | grep -c "[s]leep 1000"')).not.toBe('0');
  });

  test('has its own files, on top of the image', async () => {
    expect(await inside('resident', 'ls /made-here /dev/shm/made-here')).toBe(
      '/dev/shm/made-here\n/made-here',
    );
    const look = 'ls /made-here /dev/shm/made-here; grep " / " /proc/mounts';
    const { stdout, stderr } = await berth(['exec', 'neighbour', 'sh', '-c', look]);
    expect(stderr.match(/No such file/g)).toHaveLength(2);
    expect(stdout).toMatch(/^overlay \/ overlay rw,/);
  });

  test('has its own host name: its short ID, or the given name', async () => {
    expect(await inside('resident', 'hostname; cat /etc/hostname')).toBe('castle\ncastle');
    const id = await output('inspect', '--format', '{{.Id}}', 'neighbour');
    expect(await inside('neighbour', 'hostname')).toBe(id.slice(0, 12));
    expect(await guest('hostname')).toBe('berth-default');
  });

  test('has its own network: an address, and a loopback that others can’t reach', async () => {
    const address = async (name: string) =>
      /inet (\S+)\//.exec(await inside(name, 'ip -4 -o address show eth0'))?.[1];
    const [one, two] = await Promise.all([address('resident'), address('neighbour')]);
    expect(one).toMatch(/^172\.17\.\d+\.\d+$/);
    expect(two).toMatch(/^172\.17\.\d+\.\d+$/);
    expect(one).not.toBe(two);
    const fetch = `wget -T 5 -O- http://127.0.0.1:8080; wget -T 5 -O- http://${one}:8080`;
    const { stdout, stderr } = await berth(['exec', 'neighbour', 'sh', '-c', fetch]);
    expect(stdout).toBe('');
    expect(stderr.match(/Connection refused/g)).toHaveLength(2);
  });

  test('has the default capabilities, and a filter for system calls', async () => {
    expect(readFacts(await inContainer('cat /proc/self/status'))).toMatchObject({
      ...{ CapEff: DEFAULT_CAPABILITIES, CapBnd: DEFAULT_CAPABILITIES, CapInh: NO_CAPABILITIES },
      ...{ Seccomp: '2', NoNewPrivs: '0' },
    });
    const mount = ['busybox', 'mount', '-t', 'tmpfs', 'none', '/tmp'];
    const refused = await berth(['run', '--rm', ...mount]);
    expect(refused).toMatchObject({
      ...{ exitCode: 1, stderr: expect.stringMatching(/not permitted|permission denied/) },
    });
  });

  test('can be prevented from gaining new privileges', async () => {
    const status = await inContainer(
      'cat /proc/self/status',
      ...['--security-opt', 'no-new-privileges', '--cap-drop', 'ALL', '--cap-add', 'CHOWN'],
    );
    expect(readFacts(status)).toMatchObject({ NoNewPrivs: '1', CapEff: '0000000000000001' });
  });

  test('finds the VM’s own files hidden or read-only', async () => {
    const script = `
      echo "kcore $(head -c 1 /proc/kcore | wc -c)"
      echo "firmware $(ls /sys/firmware | wc -l)"
      echo "disks $(ls /dev | grep -c '^vd')"
      echo 1 > /proc/sys/kernel/panic
      echo 1 > /proc/sysrq-trigger
      mkdir /sys/fs/cgroup/own /sys/kernel/own`;
    const words = ['run', '--rm', 'busybox', 'sh', '-c', script];
    const { stdout, stderr } = await berth(words);
    expect(readFacts(stdout)).toEqual({ kcore: '0', firmware: '0', disks: '0' });
    expect(stderr.match(/Read-only file system/g)).toHaveLength(4);
  });

  test('of another user has no capabilities in effect', async () => {
    const status = await inContainer('cat /proc/self/status; id', '--user', '1000:1001');
    expect(readFacts(status)).toMatchObject({
      ...{ CapEff: NO_CAPABILITIES, CapPrm: NO_CAPABILITIES, CapBnd: DEFAULT_CAPABILITIES },
      ...{ Uid: '1000\t1000\t1000\t1000', Gid: '1001\t1001\t1001\t1001' },
    });
    expect(status).toMatch(/^uid=1000 gid=1001\b/m);
  });

  test('that is privileged can do everything that the VM can', async () => {
    const script = `
      cat /proc/self/status
      mount -t tmpfs none /tmp && echo "mount done"
      sysctl -w kernel.panic=$(cat /proc/sys/kernel/panic) > /dev/null && echo "sysctl done"
      echo "disks $(ls /dev | grep -c '^vd[abc]$')"`;
    const facts = readFacts(await inContainer(script, '--privileged'));
    const { CapBnd } = readFacts(await guest('cat /proc/1/status'));
    expect(facts).toMatchObject({
      ...{ CapEff: CapBnd, Seccomp: '0' },
      ...{ mount: 'done', sysctl: 'done', disks: '3' },
    });
  });
});
