import { afterAll, expect, test, vi } from 'vitest';
import { output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

afterAll(removeContainers);

/** The watchdog waits 30 seconds for the heartbeat, and then the next agent has to start. */
const WAIT = { timeout: 150_000, interval: 1_000 };

/** Blocks the engine's event loop forever, through Node's debugger. */
const block = `
  const [target] = await (await fetch('http://127.0.0.1:9229/json')).json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => { socket.onopen = resolve; });
  socket.send(JSON.stringify({
    id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' },
  }));
  setTimeout(() => process.exit(), 1000);`;

test('an engine that hangs is restarted, and containers keep running', async () => {
  await output('run', '--detach', '--name', 'calm', 'busybox', 'sleep', '1000');
  const look = () => output('inspect', '--format', '{{.State.Pid}} {{.State.StartedAt}}', 'calm');
  const before = await look();
  const hung = await guest('cat /run/berth/agent.pid');
  await guest(`
    kill -USR1 ${hung}
    until netstat -ltn | grep -q :9229; do usleep 100000; done
    /usr/lib/berth/node --input-type=module <<'END'
${block}
END`);
  await vi.waitFor(async () => {
    expect(await guest('cat /run/berth/agent.pid')).not.toBe(hung);
  }, WAIT);
  await vi.waitFor(async () => expect(await look()).toBe(before), WAIT);
  expect(await guest('cat /var/log/berth/agent.log')).toMatch(
    /Z The engine did not respond for 30 s\. Restarting it$/m,
  );
});
