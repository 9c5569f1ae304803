import type { FilePlace } from '../../electron/api/files.ts';
import { startActivity } from '../activity/activity.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { client } from '../connection/screen.ts';
import { showFailure } from '../connection/show-failure.tsx';
import { choosePath } from '../local-files/choose-path.tsx';
import { nameOf } from './paths.ts';
import { follow } from './transfer.ts';
import { refreshFiles } from './use-files.ts';

interface Target {
  readonly place: FilePlace;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Copies a file or folder to a place that the person chooses. */
export async function downloadCopy({ place, path, isFolder }: Target): Promise<void> {
  const name = nameOf(path) || 'files';
  const chosen = await choosePath(
    isFolder
      ? { kind: 'folder', title: `Copy ${name} into a folder` }
      : { kind: 'save', title: `Save ${name}`, name },
  );
  if (chosen === undefined) return;
  const to = isFolder ? `${chosen.replace(/[/\\]$/, '')}/${name}` : chosen;
  await startDownload({ place, path, to, as: 'copy' });
}

/** Copies a file or folder as one tar. */
export async function downloadTar({ place, path }: Target): Promise<void> {
  const name = `${nameOf(path) || 'files'}.tar.gz`;
  const to = await choosePath({ kind: 'save', title: `Save ${name}`, name });
  if (to !== undefined) await startDownload({ place, path, to, as: 'tar' });
}

function startDownload(request: Parameters<typeof client.files.download>[0]) {
  return startActivity({
    title: `Downloading ${nameOf(request.path) || 'all files'}`,
    done: () => `Saved to ${request.to}`,
    run: async (signal, report) => follow(await client.files.download(request, { signal }), report),
  });
}

/** Copies a file or folder of the host into a folder of the container or volume. */
export async function uploadInto(
  place: FilePlace,
  path: string,
  kind: 'file' | 'folder',
): Promise<void> {
  const from = await choosePath({ kind, title: `Upload a ${kind}` });
  if (from === undefined) return;
  const name = from.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const replace = await agreeToReplace(place, path, name);
  if (replace === undefined) return;
  await startActivity({
    title: `Uploading ${name}`,
    done: () => `${name} was uploaded to ${path}`,
    run: async (signal, report) =>
      follow(await client.files.upload({ place, path, from, replace }, { signal }), report),
  });
  await refreshFiles(place);
}

/** Asks whether to replace something; undefined when the person declines. */
async function agreeToReplace(
  place: FilePlace,
  path: string,
  name: string,
): Promise<boolean | undefined> {
  const found = await client.files.list({ place, path }).catch((error: unknown) => {
    showFailure(error);
    return undefined;
  });
  if (!found) return undefined;
  if (!found.files.some((file) => file.name === name)) return false;
  return new Promise((resolve) =>
    confirmLoss({
      title: `Replace ${name}?`,
      children: `${path} already contains ${name}. Files with the same name are replaced and can't be recovered. Other files in a folder stay.`,
      action: 'Replace files',
      onConfirm: () => resolve(true),
      onClose: () => resolve(undefined),
    }),
  );
}

/** Deletes a file or a folder after asking. */
export function askToRemove({ place, path, isFolder }: Target): void {
  const name = nameOf(path);
  confirmLoss({
    title: `Delete ${name}?`,
    children: isFolder
      ? "The folder and everything in it will be deleted. This can't be undone."
      : "The file will be deleted. This can't be undone.",
    action: isFolder ? 'Delete folder' : 'Delete file',
    onConfirm: async () => {
      try {
        await client.files.remove({ place, path });
      } catch (error) {
        showFailure(error);
      }
      await refreshFiles(place);
    },
  });
}
