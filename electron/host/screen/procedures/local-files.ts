import { homedir } from 'node:os';
import { sep } from 'node:path';
import { hostComputerSchema } from '../../../api/local-files.ts';
import { HostError } from '../../base/errors.ts';
import { readFolder } from '../../local-files/folder.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function localFileHandlers({ dialogs }: ScreenHost) {
  return {
    about: screen.localFiles.about.handler(() => ({
      // Systems that Berth has no machine for behave like Linux here.
      platform: hostComputerSchema.shape.platform.catch('linux').parse(process.platform),
      home: homedir(),
      separator: sep,
      nativeDialogs: dialogs !== undefined,
    })),
    folder: screen.localFiles.folder.handler(({ input }) => readFolder(input.path)),
    choose: screen.localFiles.choose.handler(async ({ input }) => {
      if (!dialogs) throw new HostError('invalid', 'there are no dialogs in a browser');
      return (await dialogs.choose(input)) ?? null;
    }),
  };
}
