import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../base/process.ts';

/** A system of its own, as far as Avahi sees one: its own network, message bus and daemon. For root. */
const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child'];
const start = `set -e
ip link set lo up
ip link add d0 type veth peer name d1
ip addr add 10.99.0.1/24 dev d0
ip link set d0 up
ip link set d1 up
mount -t tmpfs tmpfs /run
mkdir /run/dbus /run/avahi-daemon
printf '[server]\\nuse-ipv6=no\\n' >/run/avahi.conf
dbus-daemon --system --nofork --nopidfile >/dev/null 2>&1 & bus=$!
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.02; done
avahi-daemon --no-drop-root --no-chroot --no-rlimits --file /run/avahi.conf >/dev/null 2>&1 & avahi=$!
until avahi-daemon --check; do sleep 0.02; done
"$@"
kill $avahi $bus`;

const program = `
  const { createLocalNames, publishingCommands } = await import(${JSON.stringify(new URL('local-names.ts', import.meta.url).href)});
  const { execFileSync } = await import('node:child_process');
  const find = (...words) => execFileSync('avahi-resolve', words, { encoding: 'utf8' });
  const found = Promise.withResolvers();
  const names = createLocalNames(publishingCommands.linux, () => names.published.size === 2 && found.resolve());
  names.publish(['web', 'web.shop']);
  await found.promise;
  process.stdout.write(find('-4', '-n', 'web.berth.local', 'web.shop.berth.local'));
  await names.close();`;

const isPossible =
  ['/usr/sbin/avahi-daemon', '/usr/bin/avahi-publish', '/usr/bin/dbus-daemon'].every(existsSync) &&
  (await runProgram('unshare', [...apart, 'true']).catch(() => ({ code: 1 }))).code === 0;

test.skipIf(!isPossible)('Avahi finds what is published', { timeout: 30_000 }, async () => {
  const words = ['-c', start, 'sh', process.execPath, '--input-type=module', '-e', program];
  const child = spawn('unshare', [...apart, 'sh', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect((await text(child.stdout)).trim().split(/\s+/)).toEqual([
    ...['web.berth.local', '127.0.0.1'],
    ...['web.shop.berth.local', '127.0.0.1'],
  ]);
});
