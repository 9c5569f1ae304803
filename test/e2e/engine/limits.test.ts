import { afterAll, describe, expect, test } from 'vitest';
import { berth, output } from '../berth.ts';
import { inContainer, readFacts, removeContainers } from './shared-machine.ts';

afterAll(removeContainers);

/** The first number of /proc/uptime: seconds since the VM started. */
const seconds = (uptime = '') => Number.parseFloat(uptime);

describe.concurrent('a container that is held to', () => {
  test('an amount of memory is ended when it takes more', async () => {
    const hungry = ['run', '--name', 'hungry', '--memory', '64m', 'busybox', 'tail', '/dev/zero'];
    expect((await berth(hungry)).exitCode).toBe(137);
    const state = '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}';
    expect(await output('inspect', '--format', state, 'hungry')).toBe('exited 137 true');
  });

  test('half a processor doesn’t get more', async () => {
    const facts = readFacts(
      await inContainer(
        `cd /sys/fs/cgroup
        echo "max $(cat cpu.max)"
        echo "usage-before $(awk '/usage_usec/ { print $2 }' cpu.stat)"
        echo "time-before $(cat /proc/uptime)"
        timeout 4 sh -c 'while :; do :; done' 2> /dev/null
        echo "time-after $(cat /proc/uptime)"
        cat cpu.stat`,
        ...['--cpus', '0.5'],
      ),
    );
    expect(facts.max).toBe('50000 100000');
    expect(Number(facts.nr_throttled)).toBeGreaterThan(0);
    const wall = seconds(facts['time-after']) - seconds(facts['time-before']);
    const used = (Number(facts.usage_usec) - Number(facts['usage-before'])) / 1e6;
    expect(wall).toBeGreaterThan(3);
    expect(used / wall).toBeLessThan(0.6);
    expect(used).toBeGreaterThan(0);
  });

  test('a number of processes can’t start more', async () => {
    // A shell gives up at the first fork that fails, so a subshell starts the processes.
    const script = `
      (while :; do sleep 1000 & done) 2> /tmp/reason
      read running < /sys/fs/cgroup/pids.current
      echo "running $running"
      killall sleep
      cat /tmp/reason /sys/fs/cgroup/pids.events`;
    const said = await inContainer(script, '--pids-limit', '20');
    // The subshell that gave up has exited.
    expect(readFacts(said)).toMatchObject({ running: '19', max: '1' });
    expect(said).toContain("can't fork: Resource temporarily unavailable");
  });

  test('a rate of disk operations waits for its turn', async () => {
    const script = `
      cat /sys/fs/cgroup/io.max
      echo "time-before $(cat /proc/uptime)"
      dd if=/dev/zero of=/file bs=1M count=3 oflag=direct 2> /dev/null
      echo "time-after $(cat /proc/uptime)"`;
    const facts = readFacts(
      await inContainer(
        script,
        ...[
          '--device-read-bps',
          '/dev/berth/data:2mb',
          '--device-write-bps',
          '/dev/berth/data:1mb',
        ],
        ...['--device-read-iops', '/dev/vdb:2000', '--device-write-iops', '/dev/vdb:1000'],
      ),
    );
    expect(facts['254:16']).toBe('rbps=2097152 wbps=1048576 riops=2000 wiops=1000');
    expect(seconds(facts['time-after']) - seconds(facts['time-before'])).toBeGreaterThan(2);
  });
});

test('a process has the same limits as in Docker', async () => {
  expect(await inContainer('ulimit -n; ulimit -u; ulimit -c')).toBe(
    '1048576\nunlimited\nunlimited',
  );
  expect(await inContainer('ulimit -n', '--ulimit', 'nofile=100:200')).toBe('100');
});
