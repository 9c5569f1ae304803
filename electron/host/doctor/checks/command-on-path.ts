import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Check, ok, warn } from '../check.ts';

/** Whether shells find `berth`. */
export const commandOnPath: Check = {
  name: 'PATH',
  async run({ environment }) {
    const windows = process.platform === 'win32';
    const file = windows ? 'berth.cmd' : 'berth';
    const found = (environment.PATH ?? '')
      .split(delimiter)
      .filter((directory) => directory && existsSync(join(directory, file)));
    if (found[0]) return ok(join(found[0], file));
    return warn(
      '`berth` is not on the PATH',
      windows
        ? 'In the app, open Settings and turn on "berth command". Then open a new terminal.'
        : 'The app links it into ~/.local/bin or /usr/local/bin. Add that folder to PATH.',
    );
  },
};
