import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { containerUri, folderCommands, openContainer, openFolder } from './open-with.ts';

afterEach(() => vi.unstubAllEnvs());

it('knows the programs of each system', () => {
  expect(folderCommands('/w', 'file-manager', 'darwin')).toEqual([['open', '/w']]);
  expect(folderCommands('C:\\w', 'file-manager', 'win32')).toEqual([['explorer.exe', 'C:\\w']]);
  expect(folderCommands('/w', 'file-manager', 'linux')).toEqual([['xdg-open', '/w']]);
  expect(folderCommands('/w', 'terminal', 'darwin')).toEqual([['open', '-a', 'Terminal', '/w']]);
  expect(folderCommands('/w', 'editor', 'linux')[0]).toEqual(['code', '/w']);
});

it.skipIf(onWindows('its `code` is a script'))('starts the first program that exists', async () => {
  const folder = await temporaryDirectory();
  const script = join(folder, 'note.mjs');
  const seen = join(folder, 'seen');
  await writeFile(
    script,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(seen)}, process.argv.slice(2).join(' '));`,
  );
  await writeProgram(folder, 'codium', { runs: [script] });
  vi.stubEnv('PATH', `${folder}${delimiter}/bin`);
  const read = () => readFile(seen, 'utf8').catch(() => '');
  await openFolder(folder, 'editor', 'linux');
  await expect.poll(read).toBe(folder);
  const container = { name: 'web', dockerHost: 'unix:///run/engine.sock' };
  await openContainer(container, 'linux');
  await expect.poll(read).toBe(`--folder-uri ${containerUri(container)}`);
});

it('says that a program is missing, or that the folder is', async () => {
  const folder = await temporaryDirectory();
  vi.stubEnv('PATH', folder);
  await expect(openFolder(folder, 'editor', 'linux')).rejects.toMatchObject({
    ...{ code: 'missing-program', message: 'Berth found no editor' },
  });
  await expect(openFolder(join(folder, 'gone'), 'editor', 'linux')).rejects.toThrow(
    "isn't a folder",
  );
});

it('names a container as the extension does', () => {
  const uri = containerUri({ name: 'web', dockerHost: 'unix:///run/engine.sock' });
  const [, hex = ''] = /^vscode-remote:\/\/attached-container\+([0-9a-f]+)\/$/.exec(uri) ?? [];
  expect(JSON.parse(Buffer.from(hex, 'hex').toString())).toEqual({
    ...{ containerName: '/web', settings: { host: 'unix:///run/engine.sock' } },
  });
});
