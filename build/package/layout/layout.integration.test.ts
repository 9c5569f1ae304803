import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { guestOf, nameOf, packageTargets } from '../targets.ts';

const repository = join(import.meta.dirname, '../../..');
const image = (guest: string) => join(repository, 'dist/vm', guest, 'manifest.json');

// electron-builder itself packs. Most machines have the image for one processor.
it.each(packageTargets.filter((target) => existsSync(image(guestOf(target)))).map(nameOf))(
  '%s is packed with its own parts',
  async (name) => {
    const main = join(repository, 'build/package/main.ts');
    const run = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, [main, ...args, '--target', name])).stdout;
    await run('layout');
    const list = await run('--list');
    expect(list.split('\n')[0]).toBe(name);
    expect(list).toMatch(/app\.asar$/m);
    expect(list).toMatch(name.startsWith('win32') ? /node\/node\.exe$/m : /node\/node$/m);
    expect(list).toMatch(/licenses\/npm-packages\.txt$/m);
    expect(list).toMatch(/ {2}in all$/m);
  },
);
