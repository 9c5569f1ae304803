import { modals } from '@mantine/modals';
import type { Volume } from '../../../electron/api/volumes.ts';
import { startActivity } from '../../activity/activity.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { client } from '../../connection/screen.ts';
import { showFailure } from '../../connection/show-failure.tsx';
import { follow } from '../../files/transfer.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { refreshSizes } from './use-sizes.ts';

/** Copies a volume into a new one. */
export async function cloneVolume(name: string, to: string): Promise<void> {
  await startActivity({
    title: `Cloning ${name}`,
    done: () => `${name} was cloned to ${to}`,
    run: async (signal, report) =>
      follow(await client.volumes.clone({ name, to }, { signal }), report),
  });
  await refreshSizes();
}

/** Saves a volume's content to a file that the person chooses. */
export async function exportVolume(name: string): Promise<void> {
  const to = await choosePath({
    kind: 'save',
    title: `Export ${name}`,
    name: `${name}.tar.gz`,
  });
  if (to === undefined) return;
  await startActivity({
    title: `Exporting ${name}`,
    done: () => `${name} was exported to ${to}`,
    run: async (signal, report) =>
      follow(await client.volumes.export({ name, to }, { signal }), report),
  });
}

/** Unpacks an archive into a volume. */
export async function importVolume(name: string, from: string, create: boolean): Promise<void> {
  await startActivity({
    title: `Importing into ${name}`,
    done: () => `The archive was imported into ${name}`,
    run: async (signal, report) =>
      follow(await client.volumes.import({ name, from, create }, { signal }), report),
  });
  await refreshSizes();
}

/** Asks for an archive to unpack into an existing volume. */
export async function importInto({ name }: Volume): Promise<void> {
  const from = await choosePath({ kind: 'file', title: `Import an archive into ${name}` });
  if (from === undefined) return;
  confirmLoss({
    title: `Import into ${name}?`,
    children: "Files with the same name are replaced and can't be recovered. Other files stay.",
    action: 'Import archive',
    onConfirm: () => void importVolume(name, from, false),
  });
}

/** Removes volumes after asking. Names the volumes that containers still use. */
export function askToRemove(volumes: readonly Volume[], onRemoved?: () => void): void {
  const free = volumes.filter(({ usedBy }) => usedBy.length === 0);
  const taken = volumes.filter(({ usedBy }) => usedBy.length > 0);
  const what = (some: readonly Volume[]) =>
    some.length === 1 ? (some[0]?.name ?? '') : `${some.length} volumes`;
  const held = taken
    .map(({ name, usedBy }) => `${name} is used by ${usedBy.map((user) => user.name).join(', ')}`)
    .join('; ');
  if (free.length === 0) {
    modals.open({
      title: `Can't remove ${what(taken)}`,
      children: `${held}. Remove the container first.`,
    });
    return;
  }
  confirmLoss({
    title: `Remove ${what(free)}?`,
    children: `All files in ${free.length === 1 ? 'it' : 'them'} are deleted and can't be recovered.${held ? ` Volumes in use stay: ${held}.` : ''}`,
    action: free.length === 1 ? 'Remove volume' : 'Remove volumes',
    onConfirm: async () => {
      try {
        for (const { name } of free) await client.volumes.remove({ name });
        onRemoved?.();
      } catch (error) {
        showFailure(error);
      }
      await refreshSizes();
    },
  });
}
