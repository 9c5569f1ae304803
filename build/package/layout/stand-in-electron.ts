import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { nameOf, type PackageTarget } from '../targets.ts';

/**
 * The configuration for a layout: electron-builder packs everything that Berth adds, around a stand-in
 * for Electron. Use it where Electron for the target can't be downloaded. The result can't run.
 */
export async function standInElectron(
  configuration: Configuration,
  target: PackageTarget,
  directory: string,
): Promise<Configuration> {
  const electron = join(directory, nameOf(target));
  for (const [path, content] of Object.entries(filesOf(target))) {
    await mkdir(dirname(join(electron, path)), { recursive: true });
    await writeFile(join(electron, path), content, { mode: 0o755 });
  }
  return {
    ...configuration,
    electronDist: electron,
    electronVersion: '0.0.0',
    // Signing, and changes to the resources of electron.exe, need the real program.
    mac: { ...configuration.mac, identity: null },
    win: { ...configuration.win, signAndEditExecutable: false },
    disableAsarIntegrity: target.platform === 'win32',
  };
}

/** Electron's fuses: bytes after this text, which electron-builder looks for and changes. */
const fuses = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0008${'0'.repeat(8)}`;

function filesOf({ platform }: PackageTarget): Record<string, string> {
  const licenses = { LICENSE: 'stand-in', 'LICENSES.chromium.html': 'stand-in' };
  if (platform === 'win32') return { ...licenses, 'electron.exe': fuses };
  if (platform === 'linux') return { ...licenses, electron: fuses, 'chrome-sandbox': '' };
  const contents = 'Electron.app/Contents';
  const helper = `${contents}/Frameworks/Electron Helper.app/Contents`;
  return {
    ...licenses,
    [`${contents}/Info.plist`]: emptyPlist,
    [`${contents}/MacOS/Electron`]: '',
    [`${contents}/Resources/electron.icns`]: '',
    [`${contents}/Frameworks/Electron Framework.framework/Electron Framework`]: fuses,
    [`${helper}/Info.plist`]: emptyPlist,
    [`${helper}/MacOS/Electron Helper`]: '',
  };
}

const emptyPlist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict></dict></plist>
`;
