import { Anchor } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { MountProblem } from '../../../electron/api/run.ts';
import { isHostPath } from '../../../guest-agent/grammar/volume.ts';
import { client, useSettings } from '../../connection/screen.ts';
import { showFailure } from '../../connection/show-failure.tsx';
import { endMachine } from '../../machine/end-machine.tsx';
import type { MountRow } from './run-form.ts';

interface RowProblem extends MountProblem {
  readonly folder: string;
}

/** Why folders can't be mounted as the settings are now, by the key of the row. */
export function useMountProblems(rows: readonly MountRow[]): ReadonlyMap<string, RowProblem> {
  const [settled] = useDebouncedValue(rows, 300);
  const shared = useSettings()?.machine.sharedFolders;
  const folders = settled.map(({ source }) => source.trim()).filter(isHostPath);
  const { data } = useQuery({
    queryKey: ['mount-problems', folders, shared],
    queryFn: async () => {
      const found = await client.run.mountProblems({ folders });
      return new Map(folders.map((folder, index) => [folder, found[index]]));
    },
    enabled: folders.length > 0,
    networkMode: 'always',
    placeholderData: keepPreviousData,
    retry: false,
  });
  return new Map(
    rows.flatMap(({ key, source }) => {
      const folder = source.trim();
      const problem = data?.get(folder);
      return problem ? [[key, { ...problem, folder }] as const] : [];
    }),
  );
}

/** Says that a folder isn't shared, and offers to share it. */
export function NotShared({ message, canShare, folder }: RowProblem) {
  const folders = useSettings()?.machine.sharedFolders ?? [];
  async function share(): Promise<void> {
    await client.settings.updateMachine({
      sharedFolders: [...folders, { path: folder, readOnly: false }],
    });
    await endMachine('restart');
  }
  if (!canShare) return message;
  return (
    <>
      This folder isn't shared with the VM.{' '}
      <Anchor
        component="button"
        type="button"
        inherit
        underline="always"
        onClick={() => void share().catch(showFailure)}
      >
        Share it and restart the VM
      </Anchor>
    </>
  );
}
