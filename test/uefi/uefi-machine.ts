import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError } from '../../electron/host/base/errors.ts';
import { readHypervisorLog } from '../../electron/host/home/hypervisor-log.ts';
import { findQemu } from '../../electron/host/hypervisor/discover.ts';
import { processorArguments } from '../../electron/host/hypervisor/processors.ts';
import { freePort } from '../../electron/host/ports/free-port.ts';
import {
  bootLun,
  hypervFolder,
  prepareDisks,
} from '../../electron/host/supervisor/hyperv/disks.ts';
import { writeVhdx } from '../../electron/host/supervisor/hyperv/vhdx.ts';
import type {
  Machine,
  MachineContext,
  MachineExit,
} from '../../electron/host/supervisor/machine.ts';
import {
  consoleArguments,
  entropyArguments,
  memoryArguments,
} from '../../electron/host/supervisor/qemu/devices.ts';
import { runProgram } from '../../vm-image/run-program.ts';
import { makeBootDisk } from './boot-disk.ts';

const firmware = '/usr/share/OVMF';

/**
 * A machine that QEMU emulates to be like one of Hyper-V: UEFI, the disks that the driver of Hyper-V
 * makes, at its LUNs, and Microsoft as the maker. Only the SCSI controller and the network card are
 * QEMU's.
 */
export function createUefiMachine({ paths, image }: MachineContext): Machine {
  let running: { readonly process: ChildProcess; readonly port: number } | undefined;
  let exited: Promise<MachineExit> = Promise.resolve({ orderly: true, reason: 'it never ran' });
  const dataDisk = join(paths.directory, 'data.vhdx');
  const unsupported = () => {
    throw new HostError('invalid', 'A test machine with UEFI only starts and stops');
  };

  const kill = async () => {
    running?.process.kill('SIGKILL');
    await exited;
  };

  return {
    driver: 'uefi',
    features: async () => ({ sharing: 'sftp', forwardsPorts: false, suspends: false }),
    acceleration: async () => ({ accelerator: 'tcg', emulated: true }),
    noteGuestRuns: async () => {},
    noteAcceleratorFault: async () => {},
    fingerprint: async () => 'uefi',

    async create({ diskGiB }) {
      if (existsSync(dataDisk)) return;
      const options = 'subformat=dynamic,block_size=1M';
      const size = `${diskGiB}G`;
      await runProgram('qemu-img', ['create', '-q', '-f', 'vhdx', '-o', options, dataDisk, size]);
    },

    async start(spec) {
      const folder = hypervFolder(paths);
      await mkdir(folder, { recursive: true });
      const esp = join(folder, 'esp.img');
      await makeBootDisk(image(), esp);
      const disks = await prepareDisks({ ...paths, dataDisk }, { ...image(), esp }, writeVhdx);
      const variables = join(folder, 'variables.fd');
      await cp(join(firmware, 'OVMF_VARS_4M.fd'), variables);
      const { program, version } = await findQemu('amd64');
      const port = await freePort();
      const log = await open(paths.hypervisorLog, 'w');
      const process = spawn(
        program,
        [
          ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
          ...processorArguments('amd64', 'tcg', spec.cpus, version),
          ...memoryArguments(spec.memoryMiB),
          ...['-smbios', 'type=1,manufacturer=Microsoft Corporation,product=Virtual Machine'],
          ...firmwareArguments(variables),
          ...['-device', 'virtio-scsi-pci,id=scsi'],
          ...disks.flatMap(({ lun, path }) => scsiDisk(lun, path)),
          ...['-netdev', `user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:${port}-:22`],
          ...['-device', 'virtio-net-pci,netdev=net,romfile='],
          ...entropyArguments(),
          ...consoleArguments(paths.console),
        ],
        { stdio: ['ignore', log.fd, log.fd] },
      );
      exited = once(process, 'close').then(async ([code]) => {
        running = undefined;
        await log.close();
        const said = await readHypervisorLog(paths.hypervisorLog);
        return { orderly: code === 0, reason: said.trim() || `QEMU ended with ${code}` };
      });
      running = { process, port };
    },

    stop: kill,
    kill,
    exited: () => exited,
    status: async () =>
      running
        ? { state: 'running', pid: running.process.pid ?? 0, held: false }
        : { state: 'stopped' },
    async address() {
      if (!running) throw new HostError('machine-not-running', "The VM isn't running");
      return { host: '127.0.0.1', port: running.port };
    },
    resize: unsupported,
    save: unsupported,
    restore: unsupported,
    proceed: unsupported,
    forward: unsupported,
  };
}

function firmwareArguments(variables: string): string[] {
  const code = join(firmware, 'OVMF_CODE_4M.fd');
  return [
    ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
  ];
}

function scsiDisk(lun: number, path: string): string[] {
  const boot = lun === bootLun ? ',bootindex=0' : '';
  return [
    ...['-blockdev', `driver=vhdx,node-name=disk${lun},file.driver=file,file.filename=${path}`],
    ...['-device', `scsi-hd,bus=scsi.0,channel=0,scsi-id=0,lun=${lun},drive=disk${lun}${boot}`],
  ];
}
