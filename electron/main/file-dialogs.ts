import { homedir } from 'node:os';
import { join } from 'node:path';
import { dialog } from 'electron';
import type { Dialogs } from '../host/local-files/dialogs.ts';

/** The system's own file dialogs. */
export const fileDialogs: Dialogs = {
  async choose({ kind, title, name }) {
    if (kind === 'save') {
      const defaultPath = join(homedir(), name ?? '');
      const { canceled, filePath } = await dialog.showSaveDialog({ title, defaultPath });
      return canceled ? undefined : filePath;
    }
    const { canceled, filePaths } = await dialog.showOpenDialog({
      title,
      properties: kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
    });
    return canceled ? undefined : filePaths[0];
  },
};
