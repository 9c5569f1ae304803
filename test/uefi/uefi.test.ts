import { expect, test } from 'vitest';
import { berthAt } from '../e2e/berth.ts';
import { inGuest } from '../e2e/in-guest.ts';
import { printed } from '../fixtures/outcome.ts';
import { superviseVm } from '../fixtures/supervise.ts';
import { createUefiMachine } from './uefi-machine.ts';

const settings = { cpus: 2, memoryMiB: 2048, diskGiB: 4, sharedFolders: [] };

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'boots from UEFI with the disks of Hyper-V, runs a container, and powers off',
  async () => {
    const { home, host, stop } = await superviseVm(createUefiMachine, settings);
    await host.machine.start();
    const facts = `
      ls -d /sys/firmware/efi
      cat /sys/class/dmi/id/sys_vendor
      for disk in root data config; do echo $disk $(basename $(readlink /sys/block/$(basename $(readlink /dev/berth/$disk))/device)); done`;
    expect((await inGuest(host, facts)).split('\n')).toEqual([
      '/sys/firmware/efi',
      'Microsoft Corporation',
      'root 0:0:0:0',
      'data 0:0:0:1',
      'config 0:0:0:2',
    ]);
    const words = ['run', '--rm', '-v', 'data:/data', 'busybox'];
    const script = 'echo from a container; df /data | tail -n 1';
    const output = printed('berth run', await berthAt(home, [...words, 'sh', '-c', script]));
    expect(output).toMatch(/^from a container\n\/dev\/\S+ +\d+/);
    await stop();
    const console_ = await host.machine.consoleLines(100);
    expect(console_.at(-2)).toBe('berth: data disk unmounted');
  },
);
