import { readDataDiskRecord } from '../../home/data-disk-record.ts';
import type { ImageVersion } from '../../home/image-manifest.ts';
import { readLaunch } from '../../home/launch-record.ts';
import type { MachinePaths } from '../../home/paths.ts';

/**
 * The image of a running VM, which may come from another version of Berth. Its format is the data disk's:
 * an image changes the format only after the record says so.
 */
export async function bootedImage(
  paths: Pick<MachinePaths, 'launch' | 'dataDiskRecord'>,
): Promise<ImageVersion> {
  const [launch, { format, upgrade, image }] = await Promise.all([
    readLaunch(paths),
    readDataDiskRecord(paths),
  ]);
  return { dataFormat: upgrade?.to ?? format, id: launch?.image ?? image };
}
