import { existsSync } from 'node:fs';
import type { Settings } from '../../api/settings.ts';
import { dataDiskPaths, hypervDataDisk, type MachinePaths } from '../home/paths.ts';

/** Whether Hyper-V runs the VM: the settings say so, or the VM's data is on a disk of Hyper-V. */
export function usesHyperv(
  { hypervisor }: Pick<Settings, 'hypervisor'>,
  { directory }: Pick<MachinePaths, 'directory'>,
): boolean {
  if (hypervisor === 'hyperv') return true;
  return hypervisor === 'auto' && existsSync(dataDiskPaths(directory, hypervDataDisk).dataDisk);
}
