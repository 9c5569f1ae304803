import { readFile, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { readRegistryText, registryFile } from './registry-file.ts';
import { createUserPath, type UserPath } from './user-path.ts';

/** A registry with one key, as `reg.exe` exports and imports the key. */
let registry: string;
let announced: number;
let path: UserPath;
beforeEach(() => {
  announced = 0;
  path = createUserPath(
    async (program, [verb, ...args]) => {
      const done = { code: 0, stdout: '', stderr: '' };
      if (program === 'powershell.exe') announced += 1;
      else if (verb === 'export') await writeFile(args[1] ?? '', `\ufeff${registry}`, 'utf16le');
      else if (verb === 'import') registry = (await readFile(args[0] ?? '', 'utf16le')).slice(1);
      else return { ...done, code: 1, stderr: 'ERROR: Invalid syntax.' };
      return done;
    },
    { USERPROFILE: 'C:\\Users\\Jürgen' },
  );
});
const set = (value: string, expandable = true) => {
  registry = registryFile('HKEY_CURRENT_USER\\Environment', 'Path', { value, expandable });
};
const current = () => readRegistryText(registry, 'PATH');

test('a folder is added once, and variables and letters of other entries stay', async () => {
  set('%USERPROFILE%\\bin;D:\\Büro 東京;');
  await path.add('C:\\Berth\\bin');
  await path.add('c:\\berth\\BIN\\');
  expect(current()).toEqual({
    value: '%USERPROFILE%\\bin;D:\\Büro 東京;C:\\Berth\\bin',
    expandable: true,
  });
  expect(await path.contains('C:\\Berth\\bin')).toBe(true);
  expect(await path.contains('C:\\Users\\Jürgen\\bin')).toBe(true);
  expect(await path.contains('C:\\Berth')).toBe(false);
  expect(announced).toBe(1);
});

test('only this folder is removed', async () => {
  set('C:\\one;C:\\Berth\\bin\\;C:\\two', false);
  await path.remove('C:\\Berth\\bin');
  expect(current()).toEqual({ value: 'C:\\one;C:\\two', expandable: false });
  await path.remove('C:\\Berth\\bin');
  expect(announced).toBe(1);
});

test('an account without a PATH gets one', async () => {
  registry = 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n';
  await path.add('C:\\Berth\\bin');
  expect(current()).toEqual({ value: 'C:\\Berth\\bin', expandable: true });
});

test('long values of reg.exe continue on the next line; short ones are quoted', () => {
  const file = '"TEMP"="C:\\\\t"\r\n"Path"=hex(2):43,00,3a,\\\r\n  00,5c,00,00,00\r\n';
  expect(readRegistryText(file, 'Path')).toEqual({ value: 'C:\\', expandable: true });
  expect(readRegistryText(file, 'temp')).toEqual({ value: 'C:\\t', expandable: false });
  expect(readRegistryText(file, 'none')).toBeUndefined();
});

test('a refused change says what to do', async () => {
  const refusing = createUserPath(async () => ({
    code: 1,
    stdout: '',
    stderr: 'Access is denied.',
  }));
  await expect(refusing.add('C:\\Berth\\bin')).rejects.toMatchObject({
    message: `Can't read the PATH of your account: Access is denied.`,
    hint: expect.stringContaining('Settings'),
  });
});
