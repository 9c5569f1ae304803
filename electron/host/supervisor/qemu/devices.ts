import { kernelOptions } from '../../../../guest-agent/contract/kernel-options.ts';
import type { GuestArchitecture } from '../../home/resources.ts';
import type { Accelerator } from '../../hypervisor/acceleration.ts';
import type { PlannedShare } from '../shared-folders/plan.ts';
import { consoleId } from './console-file.ts';

/** QEMU separates options with commas; a doubled comma stands for a literal one. */
export const escapeCommas = (value: string) => value.replaceAll(',', ',,');

/** Memory, and a balloon device through which the VM returns free pages to the host. */
export function memoryArguments(memoryMiB: number): string[] {
  return [...['-m', `${memoryMiB}M`], ...['-device', 'virtio-balloon-pci,free-page-reporting=on']];
}

/**
 * Boots kernel and initrd directly, on `cpus` of the processors. A panic ends the process, so that
 * it is noticed immediately.
 */
export function kernelArguments(
  architecture: GuestArchitecture,
  image: { readonly kernel: string; readonly initrd: string },
  cpus: number,
): string[] {
  return [
    ...['-kernel', image.kernel, '-initrd', image.initrd],
    ...['-append', `${kernelOptions(architecture)} maxcpus=${cpus}`, '-no-reboot'],
  ];
}

export interface Disk {
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * Raw virtio disks, which the VM sees as vda, vdb, ... in this order. One queue per initial
 * processor: QEMU's default is one per possible processor.
 */
export function diskArguments(disks: readonly Disk[], cpus: number): string[] {
  const perDisk = disks.flatMap(({ name, path, readOnly }) => [
    '-blockdev',
    JSON.stringify({
      driver: 'raw',
      'node-name': name,
      'read-only': readOnly,
      // Blocks that the VM discards or fills with zeroes are freed in the host's file system.
      ...(readOnly ? {} : { discard: 'unmap', 'detect-zeroes': 'unmap' }),
      file: { driver: 'file', filename: path, ...(readOnly ? {} : { discard: 'unmap' }) },
    }),
    '-device',
    `virtio-blk-pci,drive=${name},serial=berth-${name},iothread=disks,num-queues=${cpus}`,
  ]);
  return ['-object', 'iothread,id=disks', ...perDisk];
}

/**
 * Shared folders, served by QEMU (virtio-9p), which opens each part of a path without following
 * links, so that no path leaves the folder. With model `none`, files belong to the user who runs
 * QEMU, modes and links are real, and disallowed changes of owner are ignored. `mapped-*` would
 * hide modes and links from the host in attributes, and `passthrough` fails on such changes of
 * owner.
 */
export function shareArguments(
  shares: readonly PlannedShare[],
  accelerator: Accelerator,
): string[] {
  // An emulated processor waits for each answer anyway. If QEMU's main loop took up the requests
  // instead, lists and removals of files would take half as long again.
  const direct = accelerator === 'tcg' ? ',ioeventfd=off' : '';
  return shares
    .filter(({ transport }) => transport === '9p')
    .flatMap(({ tag, path, readOnly }) => {
      const access = readOnly ? ',readonly=on' : '';
      const folder = `local,id=${tag},path=${escapeCommas(path)},security_model=none${access}`;
      // Files of several disks in one folder may have equal inode numbers.
      return [
        ...['-fsdev', `${folder},multidevs=remap`],
        ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}${direct}`],
      ];
    });
}

/** User-mode network. The only way in is the VM's sshd, on a loopback port that QEMU picks. */
export function networkArguments(): string[] {
  return [
    ...['-netdev', 'user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22'],
    // No boot ROM: nothing boots from the network.
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
  ];
}

/** Appends, so that the background process may truncate the file while QEMU uses it. */
export function consoleArguments(path: string): string[] {
  return [
    ...['-chardev', `file,id=${consoleId},path=${escapeCommas(path)},append=on`],
    ...['-serial', `chardev:${consoleId}`],
  ];
}

/** Entropy for the VM: without it, the first boot waits for keys. */
export function entropyArguments(): string[] {
  return ['-device', 'virtio-rng-pci'];
}
