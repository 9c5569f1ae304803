import { afterAll, expect, test, vi } from 'vitest';
import { output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';

afterAll(removeContainers);

const WAIT = { timeout: 60_000, interval: 300 };
const health = (name: string, field: string) =>
  output('inspect', '--format', `{{.State.Health.${field}}}`, name);
const becomes = (name: string, status: string) =>
  vi.waitFor(async () => expect(await health(name, 'Status')).toBe(status), WAIT);

test('a container’s health follows its check, also after the agent crashed', async () => {
  const check = ['--health-cmd', 'echo looked; test -e /tmp/fine', '--health-interval', '1s'];
  await output('run', '--detach', '--name', 'patient', ...check, 'busybox', 'sleep', '1000');
  expect(await output('ps', '--format', '{{.Status}}')).toContain('(health: starting)');
  await becomes('patient', 'unhealthy');
  expect(Number(await health('patient', 'FailingStreak'))).toBeGreaterThanOrEqual(3);
  expect(JSON.parse(await output('inspect', 'patient'))[0].State.Health.Log[0]).toMatchObject({
    ExitCode: 1,
    Output: 'looked\n',
  });

  await guest('kill -9 $(cat /run/berth/agent.pid)');
  await vi.waitFor(() => output('exec', 'patient', 'touch', '/tmp/fine'), WAIT);
  await becomes('patient', 'healthy');
  expect(await output('ps', '--filter', 'health=healthy', '--format', '{{.Names}}')).toBe(
    'patient',
  );
  const events = ['events', '--since', '10m', '--until', '0s', '--format', '{{.Action}}'];
  const actions = (await output(...events, '--filter', 'container=patient')).split('\n');
  expect(actions).toContain('health_status: healthy');
  // The events don't include the health checks' own commands.
  expect(actions.filter((action) => /^exec_start: (?!touch)/.test(action))).toEqual([]);
});

test('a check that takes too long is killed and counts as a failure', async () => {
  const check = [
    ...['--health-cmd', 'sleep 1000', '--health-interval', '1s'],
    ...['--health-timeout', '1s', '--health-retries', '1'],
  ];
  await output('run', '--detach', '--name', 'slow', ...check, 'busybox', 'sleep', '2000');
  await becomes('slow', 'unhealthy');
  const [result] = JSON.parse(await output('inspect', 'slow'))[0].State.Health.Log;
  expect(result).toMatchObject({
    ExitCode: -1,
    Output: 'Health check exceeded timeout (1s)',
  });
  // At most the check that is running now.
  const running = await guest("ps -eo args | grep -c '^sleep 1000$' || true");
  expect(Number(running)).toBeLessThanOrEqual(2);
});
