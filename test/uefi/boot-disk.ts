import { globSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GuestImage } from '../../electron/host/home/resources.ts';
import { arches } from '../../vm-image/arch.ts';
import { basePaths } from '../../vm-image/debian/base.ts';
import { makeEsp } from '../../vm-image/esp/make-esp.ts';
import { runProgram } from '../../vm-image/run-program.ts';

/**
 * Makes the product's boot disk, but with a driver for QEMU's SCSI controller under the name of
 * Hyper-V's, which finds no bus to load on.
 */
export async function makeBootDisk(image: GuestImage, output: string): Promise<void> {
  const [base] = globSync(join(dirname(image.root), 'cache/base-*'));
  if (!base) throw new Error('The image has no cache. Run `npm run image`.');
  const { testDriver, efiStub } = basePaths(base);
  const work = `${output}.work`;
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
  await makeEsp(arches.amd64, { work, stub: efiStub, output });
  await rm(work, { recursive: true });
}
