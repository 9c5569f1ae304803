import { useQuery } from '@tanstack/react-query';
import { startActivity } from '../activity/activity.ts';
import { client, queryClient, useMachine } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';

const KEY = ['vm-image'];

/** The image of the next start, and whether the running VM has another one. */
export function useVmImage() {
  const machine = useMachine();
  const { data } = useQuery({
    queryKey: [...KEY, machine?.state, machine?.startedAt],
    queryFn: () => client.vmImage.state(),
    networkMode: 'always',
  });
  return data;
}

export const refreshVmImage = () => queryClient.invalidateQueries({ queryKey: KEY });

/** Downloads the newest image, and shows the progress on every page. */
export async function installVmImage(version: string, force: boolean): Promise<void> {
  await startActivity({
    title: `Downloading VM image ${version}`,
    done: () => `VM image ${version} is ready. The VM uses it after a restart.`,
    run: async (signal, report) => {
      const steps = await client.vmImage.install({ force }, { signal });
      for await (const { bytes, total } of steps) {
        const text = `${formatBytes(bytes)} of ${formatBytes(total)}`;
        report({ text, ...(total > 0 && { fraction: bytes / total }) });
      }
    },
  });
  await refreshVmImage();
}
