import { homedir } from 'node:os';
import { sep } from 'node:path';
import { hostComputerSchema } from '../../../api/local-files.ts';
import { HostError } from '../../base/errors.ts';
import { readFolder } from '../../local-files/folder.ts';
import { openFolder } from '../../local-files/open-with.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function localFileHandlers({ dialogs }: ScreenHost) {
  return {
    about: screen.localFiles.about.handler(() => ({
      // Treats systems that Berth doesn't support like Linux.
      platform: hostComputerSchema.shape.platform.catch('linux').parse(process.platform),
      home: homedir(),
      separator: sep,
      nativeDialogs: dialogs !== undefined,
    })),
    folder: screen.localFiles.folder.handler(({ input }) => readFolder(input.path)),
    open: screen.localFiles.open.handler(({ input: { path, opener } }) => openFolder(path, opener)),
    choose: screen.localFiles.choose.handler(async ({ input }) => {
      if (!dialogs)
        throw new HostError('invalid', 'File dialogs are only available in the desktop app');
      return (await dialogs.choose(input)) ?? null;
    }),
  };
}
