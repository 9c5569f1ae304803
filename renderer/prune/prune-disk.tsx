import { modals } from '@mantine/modals';
import type { DiskKind } from '../../electron/api/disk.ts';
import { PruneForm } from './prune-form.tsx';

export const DISK_KIND_TITLES: Readonly<Record<DiskKind, string>> = {
  images: 'Images',
  containers: 'Containers',
  volumes: 'Volumes',
  buildCache: 'Build cache',
};

/** Lists the unused objects of one kind, and removes them. */
export function pruneDisk(kind: DiskKind): void {
  const id = modals.open({
    title: `Remove unused ${DISK_KIND_TITLES[kind].toLowerCase()}`,
    children: <PruneForm kind={kind} onClose={() => modals.close(id)} />,
  });
}
