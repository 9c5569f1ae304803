import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Check, ok, warn } from '../check.ts';

/** A shell finds `berth`. */
export const commandOnPath: Check = {
  name: 'PATH',
  async run({ environment }) {
    const file = process.platform === 'win32' ? 'berth.cmd' : 'berth';
    const found = (environment.PATH ?? '')
      .split(delimiter)
      .filter((directory) => directory && existsSync(join(directory, file)));
    if (found[0]) return ok(join(found[0], file));
    return warn(
      'shells do not find `berth`',
      'The app links it into ~/.local/bin or /usr/local/bin: add that to PATH.',
    );
  },
};
