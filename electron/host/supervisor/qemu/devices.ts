import type { GuestArchitecture } from '../../home/resources.ts';
import type { Accelerator } from '../../hypervisor/acceleration.ts';
import type { PlannedShare } from '../shared-folders/plan.ts';

/** QEMU's option syntax separates with commas; a doubled comma is one that is meant. */
export const escapeCommas = (value: string) => value.replaceAll(',', ',,');

/** Memory, and a balloon through which the guest hands free pages back to the host. */
export function memoryArguments(memoryMiB: number): string[] {
  return [...['-m', `${memoryMiB}M`], ...['-device', 'virtio-balloon-pci,free-page-reporting=on']];
}

/** Fewer messages and security modules: less to do at boot. A panic ends the machine. */
const kernelOptions = 'quiet loglevel=3 lsm=capability,landlock,yama,bpf panic=-1';

/**
 * Kernel and initrd, booted directly, on `cpus` of the processors. A panic ends the process, so that
 * it is seen at once.
 */
export function kernelArguments(
  architecture: GuestArchitecture,
  image: { readonly kernel: string; readonly initrd: string },
  cpus: number,
): string[] {
  const options = {
    // Early on, Linux for PCs waits a moment for the old timer's interrupt, and panics ("IO-APIC +
    // timer doesn't work") when a busy host is late to deliver it.
    amd64: 'console=ttyS0 no_timer_check',
    arm64: 'console=ttyAMA0',
  }[architecture];
  return [
    ...['-kernel', image.kernel, '-initrd', image.initrd],
    ...['-append', `${options} ${kernelOptions} maxcpus=${cpus}`, '-no-reboot'],
  ];
}

export interface Disk {
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * Raw virtio disks; the guest sees them as vda, vdb, ... in this order. One queue for each processor
 * that the guest starts with: QEMU would make one for each that there could be.
 */
export function diskArguments(disks: readonly Disk[], cpus: number): string[] {
  const perDisk = disks.flatMap(({ name, path, readOnly }) => [
    '-blockdev',
    JSON.stringify({
      driver: 'raw',
      'node-name': name,
      'read-only': readOnly,
      // What the guest discards, or fills with zeroes, goes back to the host's file system.
      ...(readOnly ? {} : { discard: 'unmap', 'detect-zeroes': 'unmap' }),
      file: { driver: 'file', filename: path, ...(readOnly ? {} : { discard: 'unmap' }) },
    }),
    '-device',
    `virtio-blk-pci,drive=${name},serial=berth-${name},iothread=disks,num-queues=${cpus}`,
  ]);
  return ['-object', 'iothread,id=disks', ...perDisk];
}

/**
 * Shared folders, served by QEMU (virtio-9p). It opens each part of a path without following links,
 * so that none leads out of the folder. Model `none`: files are the user's who runs QEMU, with the
 * modes that the guest gives them and links that are links; a change of owner that the user may not
 * make is passed over. `mapped-*` would hide modes and links from the host in attributes, and
 * `passthrough` fails where a change of owner does.
 */
export function shareArguments(
  shares: readonly PlannedShare[],
  accelerator: Accelerator,
): string[] {
  // An emulated processor waits for each answer: that QEMU's main loop takes the requests up first, so
  // that it could go on meanwhile, makes lists and removals of files take half as long again.
  const direct = accelerator === 'tcg' ? ',ioeventfd=off' : '';
  return shares
    .filter(({ transport }) => transport === '9p')
    .flatMap(({ tag, path, readOnly }) => {
      const access = readOnly ? ',readonly=on' : '';
      const folder = `local,id=${tag},path=${escapeCommas(path)},security_model=none${access}`;
      // Files of several disks in one folder: their inode numbers may be the same.
      return [
        ...['-fsdev', `${folder},multidevs=remap`],
        ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}${direct}`],
      ];
    });
}

/** User-mode network; the only way in is the guest's sshd, on a loopback port that QEMU picks. */
export function networkArguments(): string[] {
  return [
    ...['-netdev', 'user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22'],
    // No boot ROM: nothing boots from the network.
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
  ];
}

/** Appending, so that the supervisor may cut the file short while QEMU holds it open. */
export function consoleArguments(path: string): string[] {
  return [
    ...['-chardev', `file,id=console,path=${escapeCommas(path)},append=on`],
    ...['-serial', 'chardev:console'],
  ];
}

/** Entropy for the guest: without it, the first boot waits for keys. */
export function entropyArguments(): string[] {
  return ['-device', 'virtio-rng-pci'];
}

/** How the supervisor speaks to the process, and finds it again. */
export function monitorArguments(monitor: string, pidFile: string): string[] {
  return ['-qmp', `${monitor},server=on,wait=off`, '-pidfile', pidFile];
}
