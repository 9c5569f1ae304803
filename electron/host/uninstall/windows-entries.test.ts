import { expect, test } from 'vitest';
import { removeWindowsEntries } from './windows-entries.ts';

/** `reg.exe` over a registry of keys with one text each. A login item is `KEY/NAME`. */
function registry(entries: Record<string, string>) {
  const left = new Map(Object.entries(entries));
  const run = async (program: string, [verb, key = '', , name]: readonly string[]) => {
    expect(program).toBe('reg.exe');
    const entry = name && name !== '/f' ? `${key}/${name}` : key;
    const found = [...left.keys()].filter((each) => each === entry || each.startsWith(`${key}\\`));
    if (found.length === 0) return { code: 1, stdout: '', stderr: 'ERROR: not found' };
    if (verb === 'delete') for (const each of found) left.delete(each);
    return { code: 0, stdout: `    (Default)    REG_SZ    ${left.get(entry)}\r\n`, stderr: '' };
  };
  return { run, left };
}

const login = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run/dev.berth.app';
const link = 'HKCU\\Software\\Classes\\berth\\shell\\open\\command';

test('the login item and the links that open Berth go, repeatedly', async () => {
  const { run, left } = registry({
    [login]: 'C:\\Berth\\Berth.exe --hidden',
    [link]: '"C:\\Berth\\Berth.exe" "%1"',
  });
  await removeWindowsEntries(run);
  expect([...left.keys()]).toEqual([]);
  await removeWindowsEntries(run);
});

test('links that another program opens stay', async () => {
  const { run, left } = registry({ [link]: '"C:\\Port\\Harbour.exe" "%1"' });
  await removeWindowsEntries(run);
  expect([...left.keys()]).toEqual([link]);
});

test('a registry that refuses is named', async () => {
  const run = async (_: string, [verb]: readonly string[]) => ({
    ...{ code: verb === 'query' ? 0 : 5, stdout: '', stderr: 'ERROR: Access is denied.\r\n' },
  });
  await expect(removeWindowsEntries(run)).rejects.toThrow(/CurrentVersion\\Run.*Access is denied/);
});
