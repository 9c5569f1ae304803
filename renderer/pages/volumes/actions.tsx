import { modals } from '@mantine/modals';
import type { Volume } from '../../../electron/api/volumes.ts';
import { startActivity } from '../../activity/activity.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { showFailure } from '../../components/show-failure.tsx';
import { client } from '../../connection/screen.ts';
import { follow } from '../../files/transfer.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { refreshSizes } from './use-sizes.ts';

/** Copies a volume into a new one. */
export async function cloneVolume(name: string, to: string): Promise<void> {
  await startActivity({
    title: `Cloning ${name}`,
    done: () => `${to} is a copy of ${name}`,
    run: async (signal, report) =>
      follow(await client.volumes.clone({ name, to }, { signal }), report),
  });
  await refreshSizes();
}

/** Saves what is in a volume where the person says. */
export async function exportVolume(name: string): Promise<void> {
  const to = await choosePath({
    kind: 'save',
    title: `Export ${name}`,
    name: `${name}.tar.gz`,
  });
  if (to === undefined) return;
  await startActivity({
    title: `Exporting ${name}`,
    done: () => `${name} is in ${to}`,
    run: async (signal, report) =>
      follow(await client.volumes.export({ name, to }, { signal }), report),
  });
}

/** Unpacks an archive into a volume. */
export async function importVolume(name: string, from: string, create: boolean): Promise<void> {
  await startActivity({
    title: `Importing into ${name}`,
    done: () => `${name} has what was in the archive`,
    run: async (signal, report) =>
      follow(await client.volumes.import({ name, from, create }, { signal }), report),
  });
  await refreshSizes();
}

/** Asks which archive is to go over what an existing volume has. */
export async function importInto({ name }: Volume): Promise<void> {
  const from = await choosePath({ kind: 'file', title: `Import an archive into ${name}` });
  if (from === undefined) return;
  confirmLoss({
    title: `Import into ${name}?`,
    children: 'Files of the same name are replaced by those of the archive. Others stay.',
    action: 'Import',
    onConfirm: () => void importVolume(name, from, false),
  });
}

/** Removes volumes after asking; those that a container has stay, and are named. */
export function askToRemove(volumes: readonly Volume[], onRemoved?: () => void): void {
  const free = volumes.filter(({ usedBy }) => usedBy.length === 0);
  const taken = volumes.filter(({ usedBy }) => usedBy.length > 0);
  const what = (some: readonly Volume[]) =>
    some.length === 1 ? (some[0]?.name ?? '') : `${some.length} volumes`;
  const held = taken
    .map(
      ({ name, usedBy }) => `${name} stays: ${usedBy.map((user) => user.name).join(', ')} has it`,
    )
    .join('; ');
  if (free.length === 0) {
    modals.open({
      title: `${what(taken)} cannot be removed`,
      children: `${held}. Remove the container first.`,
    });
    return;
  }
  confirmLoss({
    title: `Remove ${what(free)}?`,
    children: `All files in ${free.length === 1 ? 'it' : 'them'} are deleted. This cannot be undone.${held ? ` ${held}.` : ''}`,
    action: 'Remove',
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
