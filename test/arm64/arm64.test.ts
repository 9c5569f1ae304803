import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findGuestImage } from '../../electron/host/home/resources.ts';
import { createQemuMachine } from '../../electron/host/supervisor/qemu/driver.ts';
import { berthAt } from '../e2e/berth.ts';
import { inGuest } from '../e2e/in-guest.ts';
import { printed } from '../fixtures/outcome.ts';
import { superviseVm } from '../fixtures/supervise.ts';

/** Everything else is as on a host with this architecture. */
const architecture = 'arm64';
const isNative = process.arch === architecture;

/** In emulation, more processors than the older interrupt controller (GICv2) supports. */
const cpus = isNative ? 2 : 9;
const accelerator = isNative ? 'auto' : 'emulation';
const settings = { cpus, memoryMiB: 2048, diskGiB: 4, accelerator } as const;

test('the VM for arm64 boots, runs a container, and powers off', async () => {
  const image = findGuestImage(architecture);
  const { home, host, stop } = await superviseVm(
    (context) => createQemuMachine({ ...context, architecture, image: () => image }),
    { ...settings, sharedFolders: [] },
  );
  const seconds = stopwatch();
  await host.machine.start();
  const started = seconds();
  expect(await inGuest(host, 'uname -m; nproc')).toBe(`aarch64\n${cpus}`);

  const berth = async (...words: string[]) => printed('berth', await berthAt(home, words));
  const script = 'echo hello from a container on $(uname -m); nproc';
  const output = await berth('run', '-v', 'data:/data', 'busybox', 'sh', '-c', script);
  const answered = seconds();
  expect(output).toBe(`hello from a container on aarch64\n${cpus}`);

  await berth('run', '-d', '--stop-signal', 'KILL', '-v', 'data:/data', 'busybox', 'sleep', '1000');
  await stop();
  // Although a container was running.
  expect((await host.machine.consoleLines(20)).join('\n')).toContain('berth: data disk unmounted');

  const sizes: string[] = [];
  for (const file of Object.values(image)) {
    sizes.push(`${file} ${((await stat(file)).size / 1e6).toFixed(1)} MB`);
  }
  const times = `VM up after ${started} s, a container after ${answered} s, off after ${seconds()} s`;
  console.log([...sizes, output, times].join('\n'));
});

/** Returns the whole seconds since its start. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) / 1000);
}
