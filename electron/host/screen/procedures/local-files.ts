import { homedir } from 'node:os';
import { sep } from 'node:path';
import { computerSchema } from '../../../api/local-files.ts';
import { HostError } from '../../base/errors.ts';
import { readFolder } from '../../local-files/folder.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function computerHandlers({ dialogs }: ScreenHost) {
  return {
    about: screen.computer.about.handler(() => ({
      // Systems that Berth has no machine for behave like Linux here.
      platform: computerSchema.shape.platform.catch('linux').parse(process.platform),
      home: homedir(),
      separator: sep,
      nativeDialogs: dialogs !== undefined,
    })),
    folder: screen.computer.folder.handler(({ input }) => readFolder(input.path)),
    choose: screen.computer.choose.handler(async ({ input }) => {
      if (!dialogs) throw new HostError('invalid', 'there are no dialogs in a browser');
      return (await dialogs.choose(input)) ?? null;
    }),
  };
}
