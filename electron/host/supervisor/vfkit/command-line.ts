import { createHash } from 'node:crypto';
import { virtioKernelOptions } from '../../../../guest-agent/contract/kernel-options.ts';
import { guestDiskOrder, type guestDisks } from '../../../../guest-agent/contract/paths.ts';
import { HostError } from '../../base/errors.ts';
import type { MachinePaths } from '../../home/paths.ts';
import type { GuestImage } from '../../home/resources.ts';
import type { MachineSpec } from '../machine.ts';

export interface VfkitInput {
  readonly spec: Pick<MachineSpec, 'cpus' | 'memoryMiB'>;
  readonly image: GuestImage;
  readonly paths: MachinePaths;
}

/** vfkit's whole argv, without the program. The grammar is in `doc/usage.md` of github.com/crc-org/vfkit. */
export function vfkitArguments({ spec, image, paths }: VfkitInput): string[] {
  const disks: Record<keyof typeof guestDisks, string> = {
    root: `path=${plain(image.root)},readonly`,
    data: `path=${plain(paths.dataDisk)}`,
    config: `path=${plain(paths.configDisk)},readonly`,
  };
  const devices = [
    ...guestDiskOrder.map((name) => `virtio-blk,${disks[name]},deviceId=berth-${name}`),
    `virtio-net,nat,mac=${macAddress(paths.directory)}`,
    'virtio-rng',
    `virtio-serial,logFilePath=${plain(paths.console)}`,
  ];
  const bootloader = [
    'linux',
    `kernel=${plain(image.kernel)}`,
    `initrd=${plain(image.initrd)}`,
    // Quoted, because the options contain commas.
    `cmdline="${virtioKernelOptions}"`,
  ];
  return [
    ...['--cpus', String(spec.cpus), '--memory', String(spec.memoryMiB)],
    ...['--bootloader', bootloader.join(',')],
    ...devices.flatMap((device) => ['--device', device]),
    ...['--restful-uri', socketUri(paths.vfkitSocket), '--pidfile', paths.hypervisorPid],
  ];
}

/**
 * The VM's MAC address: always the same, so that macOS leases the same IP address to it, and another
 * one for each VM. It is a locally administered address, as the second digit says.
 */
export function macAddress(directory: string): string {
  const bytes = createHash('sha256').update(directory).digest().subarray(0, 6);
  bytes.writeUInt8((bytes.readUInt8(0) & 0xfc) | 0x02);
  return bytes.toString('hex').replace(/..(?=.)/g, '$&:');
}

/** vfkit decodes the path as a part of a URL. */
const socketUri = (path: string) => `unix://${path.split('/').map(encodeURIComponent).join('/')}`;

/** vfkit separates options with commas, and can't escape a comma or a quotation mark. */
function plain(path: string): string {
  if (!/[,"]/.test(path)) return path;
  throw new HostError(
    'invalid',
    `vfkit can't use the path ${path}, because it contains a comma or a quotation mark`,
    {
      hint: 'Set BERTH_HOME to a directory without commas and quotation marks in its path, or set `hypervisor` to "qemu" in the settings.',
    },
  );
}
