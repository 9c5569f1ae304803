import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { findGuestImage } from '../../electron/host/home/resources.ts';
import { createQemuMachine } from '../../electron/host/supervisor/qemu/driver.ts';
import { berthAt } from '../e2e/berth.ts';
import { inGuest } from '../e2e/in-guest.ts';
import { printed } from '../fixtures/outcome.ts';
import { superviseVm } from '../fixtures/supervise.ts';

/** Everything else is as on a host with this architecture. */
const architecture = 'arm64';
const accelerator = process.arch === architecture ? 'auto' : 'emulation';
const settings = { cpus: 2, memoryMiB: 2048, diskGiB: 4, accelerator } as const;
/** More than the older interrupt controller (GICv2) supports. The VM leaves all but two alone. */
const processors = accelerator === 'emulation' ? 9 : availableParallelism();

test('the VM for arm64 boots, runs a container, and powers off', async () => {
  const image = findGuestImage(architecture);
  const { home, host, stop } = await superviseVm(
    (context) =>
      createQemuMachine({ ...context, architecture, image: () => image }, { processors }),
    { ...settings, sharedFolders: [] },
  );
  const seconds = stopwatch();
  await host.machine.start();
  const started = seconds();
  const facts = 'uname -m; nproc; ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l';
  const [machine, online, present] = (await inGuest(host, facts)).split('\n');
  expect([machine, online]).toEqual(['aarch64', '2']);
  expect(Number(present)).toBeGreaterThanOrEqual(processors);

  const berth = async (...words: string[]) => printed('berth', await berthAt(home, words));
  const script = 'echo hello from a container on $(uname -m)';
  const output = await berth('run', '-v', 'data:/data', 'busybox', 'sh', '-c', script);
  const answered = seconds();
  expect(output).toBe('hello from a container on aarch64');

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
