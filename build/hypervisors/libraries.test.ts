import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { librariesOf } from './libraries.ts';
import { isMacSystemLibrary, isWindowsSystemLibrary } from './select-files.ts';
import { macProgram, windowsProgram } from './testing/fake-programs.ts';

const prebuilds = join(import.meta.dirname, '../../node_modules/node-pty/prebuilds');

it.each(['x64', 'arm64'])('reads real programs of Windows on %s', async (arch) => {
  const names = await librariesOf(join(prebuilds, `win32-${arch}/winpty-agent.exe`));
  expect(names).toContain('KERNEL32.dll');
  expect(names.filter((name) => !isWindowsSystemLibrary(name))).toEqual([]);
});

it.each(['x64', 'arm64'])('reads real programs of macOS on %s', async (arch) => {
  const names = await librariesOf(join(prebuilds, `darwin-${arch}/pty.node`));
  expect(names).toContain('/usr/lib/libSystem.B.dylib');
  expect(names.filter((name) => !isMacSystemLibrary(name))).toEqual([]);
});

it('reads programs with no and with several libraries', async () => {
  const path = join(await temporaryDirectory(), 'program');
  for (const make of [windowsProgram, macProgram]) {
    for (const names of [[], ['a.dll'], ['liba.dylib', 'libb.dylib', 'c']]) {
      await writeFile(path, make(...names));
      expect(await librariesOf(path)).toEqual(names);
    }
  }
});

it('refuses other files', async () => {
  const path = join(await temporaryDirectory(), 'script');
  await writeFile(path, '#!/bin/sh\necho this is longer than a header of a program\n');
  await expect(librariesOf(path)).rejects.toThrow('script is not a program');
  expect((await readFile(path)).length).toBeGreaterThan(32);
});
