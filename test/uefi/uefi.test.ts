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
    const berth = async (...words: string[]) => printed('berth', await berthAt(home, words));
    const script = 'echo hello from a container; df /data | tail -n 1';
    const output = await berth('run', '-v', 'data:/data', 'busybox', 'sh', '-c', script);
    // The data disk has 4 GiB.
    expect(output).toMatch(/^hello from a container\n\/dev\/\S+ +[34]\d{6} /);

    await berth(
      'run',
      '-d',
      '--stop-signal',
      'KILL',
      '-v',
      'data:/data',
      'busybox',
      'sleep',
      '1000',
    );
    await stop();
    // Although a container was running.
    expect((await host.machine.consoleLines(20)).join('\n')).toContain(
      'berth: data disk unmounted',
    );
  },
);
