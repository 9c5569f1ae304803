import { modals } from '@mantine/modals';
import type { Choice } from '../../electron/api/local-files.ts';
import { client, queryClient } from '../connection/screen.ts';
import { FolderBrowser } from './folder-browser.tsx';

/**
 * Asks for a folder or a file of the host, or for a name to save under, with the system's dialog if
 * there is one. Resolves with an absolute path, or with undefined when the person cancelled.
 */
export async function choosePath(choice: Choice): Promise<string | undefined> {
  const computer = await queryClient.fetchQuery({
    queryKey: ['host-computer'],
    queryFn: () => client.localFiles.about(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (computer.nativeDialogs) return (await client.localFiles.choose(choice)) ?? undefined;
  return new Promise((resolve) => {
    const id = modals.open({
      title: choice.title,
      size: 'lg',
      onClose: () => resolve(undefined),
      children: (
        <FolderBrowser
          computer={computer}
          choice={choice}
          onChoose={(path) => {
            resolve(path);
            modals.close(id);
          }}
        />
      ),
    });
  });
}
