import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { cp, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findGuestImage } from '../../electron/host/home/resources.ts';
import { writeVhdx } from '../../electron/host/supervisor/hyperv/vhdx.ts';
import { arches } from '../../vm-image/arch.ts';
import { basePaths } from '../../vm-image/debian/base.ts';
import { makeEsp } from '../../vm-image/esp/make-esp.ts';
import { runProgram } from '../../vm-image/run-program.ts';

/*
 * A machine of QEMU that is like one of Hyper-V: UEFI, SCSI disks in VHDX files, and Microsoft as
 * its maker. Only its SCSI controller and its network card are QEMU's.
 */

const firmware = '/usr/share/OVMF';
const mebibyte = 1024 ** 2;

export interface UefiMachine {
  /** Resolves when QEMU has ended, with what it wrote. */
  readonly ended: Promise<string>;
  kill(): void;
}

/** Starts the machine with the config disk, on a new data disk. SSH is at `sshPort`. */
export async function startUefiMachine(
  directory: string,
  { configDisk, console, sshPort }: { configDisk: string; console: string; sshPort: number },
): Promise<UefiMachine> {
  const data = join(directory, 'data.img');
  const empty = await open(data, 'w');
  await empty.truncate(1024 * mebibyte);
  await empty.close();
  const { root } = findGuestImage('amd64');
  const sources = { root, data, config: configDisk, esp: await bootDisk(directory) };
  const disks: string[] = [];
  for (const [lun, [name, source]] of Object.entries(sources).entries()) {
    const target = join(directory, `${name}.vhdx`);
    await writeVhdx({ source, target, minimumBytes: 3 * mebibyte });
    const boot = name === 'esp' ? ',bootindex=0' : '';
    disks.push(
      ...['-blockdev', `driver=vhdx,node-name=${name},file.driver=file,file.filename=${target}`],
      ...['-device', `scsi-hd,bus=scsi.0,channel=0,scsi-id=0,lun=${lun},drive=${name}${boot}`],
    );
  }
  const variables = join(directory, 'variables.fd');
  await cp(join(firmware, 'OVMF_VARS_4M.fd'), variables);
  const code = join(firmware, 'OVMF_CODE_4M.fd');
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-machine', 'q35,smm=off', '-accel', 'tcg,thread=single', '-cpu', 'max'],
      ...['-smp', '2', '-m', '2048M', '-device', 'virtio-rng-pci'],
      ...['-smbios', 'type=1,manufacturer=Microsoft Corporation,product=Virtual Machine'],
      ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${code}`],
      ...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
      ...['-device', 'virtio-scsi-pci,id=scsi', ...disks],
      ...['-chardev', `file,id=console,path=${console},append=on`, '-serial', 'chardev:console'],
      ...['-netdev', `user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
      ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [qemu.stdout, qemu.stderr]) stream.on('data', (chunk) => (said += chunk));
  return { ended: once(qemu, 'close').then(() => said), kill: () => qemu.kill('SIGKILL') };
}

/**
 * The product's boot disk, but with a driver for QEMU's SCSI controller under the name of Hyper-V's,
 * which finds no bus to load on.
 */
async function bootDisk(directory: string): Promise<string> {
  const image = findGuestImage('amd64');
  const [base] = globSync(join(image.root, '../cache/base-*'));
  if (!base) throw new Error('The image has no cache. Run `npm run image`.');
  const { testDriver, efiStub } = basePaths(base);
  const work = join(directory, 'boot');
  const tree = join(work, 'tree');
  await mkdir(tree, { recursive: true });
  await cp(image.kernel, join(work, 'kernel'));
  await runProgram('sh', ['-euc', 'zstd -dc "$1" | cpio -i --quiet', 'sh', image.initrd], {
    cwd: tree,
  });
  const [index] = globSync(join(tree, 'lib/modules/*/modules.dep'));
  const [driver] = globSync(join(tree, 'lib/modules/**/hv_storvsc.ko'));
  if (!index || !driver) throw new Error("The initrd doesn't have Hyper-V's disk driver");
  await cp(testDriver, driver);
  const text = await readFile(index, 'utf8');
  // Otherwise modprobe would load the driver of Hyper-V's bus first, and fail.
  const withoutBus = text.replace(/^(\S*hv_storvsc\.ko:).*$/m, (line) =>
    line.replace(/ \S*(hv_vmbus|scsi_transport_fc)\.ko/g, ''),
  );
  await writeFile(index, withoutBus);
  const pack = 'find . | cpio -o -H newc --owner=0:0 --quiet | zstd -q -1 -o ../initrd';
  await runProgram('sh', ['-euc', pack], { cwd: tree });
  const output = join(work, 'esp.img');
  await makeEsp(arches.amd64, { work, stub: efiStub, output });
  return output;
}
