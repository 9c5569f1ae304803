import { afterEach, expect, inject, test, vi } from 'vitest';
import { runProgram } from '../../../electron/host/base/process.ts';
import { createHost } from '../../../electron/host/host.ts';
import { berth, output } from '../berth.ts';
import { removeContainers } from '../engine/shared-machine.ts';

/** Containers by their addresses, from the host and from another container. */
afterEach(removeContainers);

/** With curl, which resolves names under `.localhost` to the host. */
async function ask(url: string): Promise<string> {
  const { stdout } = await runProgram('curl', ['--silent', '--include', url]);
  return stdout;
}

const eventually = <T>(check: () => Promise<T>) =>
  vi.waitFor(check, { timeout: 30_000, interval: 100 });

test('a container without a published port has an address while it runs', async () => {
  const script = 'echo it works > /index.html; exec httpd -f -p 8080 -h /';
  await output('run', '-d', '--name', 'site', '--expose', '8080', 'busybox', 'sh', '-c', script);
  const { machine } = createHost({ home: inject('home') });
  const url = await eventually(async () => {
    const { domains } = await machine.status();
    const site = domains?.list.find(({ containerName }) => containerName === 'site');
    expect(site?.urls.at(-1)).toMatch(/^http:\/\/site\.berth\.localhost(:\d+)?$/);
    return String(site?.urls.at(-1));
  });
  const at = (name: string) => url.replace('site.', `${name}.`);
  await eventually(async () => expect(await ask(at('site'))).toMatch(/ 200 .*it works/s));

  expect(await output('run', '--rm', 'busybox', 'wget', '-qO-', at('site'))).toBe('it works');
  // This form is off by default, because others on the network can answer for it.
  const inside = at('site').replace('localhost', 'local');
  const asked = await berth(['run', '--rm', 'busybox', 'wget', '-qO-', inside]);
  expect([asked.exitCode, asked.stderr]).toEqual([1, expect.stringContaining('421 Misdirected')]);

  await output('rename', 'site', 'shop');
  await eventually(async () => expect(await ask(at('shop'))).toContain('it works'));
  expect(await ask(at('site'))).toMatch(/ 404 .*No container named site/s);

  const port = new URL(url).port || '80';
  await output('run', '-d', '--name', 'first', '-p', `${port}:8080`, 'busybox', 'sh', '-c', script);
  await eventually(async () => expect(await ask(`http://localhost:${port}`)).toContain('it works'));
  const moved = (await machine.status()).domains;
  expect(String(moved?.port)).not.toBe(port);
  const there = `http://shop.berth.localhost:${moved?.port}`;
  expect(await ask(there)).toContain('it works');

  await output('stop', '--timeout', '0', 'shop');
  await eventually(async () => expect(await ask(there)).toMatch(/ 404 .*No container named shop/s));
});
