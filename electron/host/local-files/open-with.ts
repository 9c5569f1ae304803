import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { Opener } from '../../api/local-files.ts';
import { HostError } from '../base/errors.ts';
import { isMissing, isSystemError, unlessMissing } from '../base/system-error.ts';

/** A program with its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Opens a folder of the host in another program. */
export async function openFolder(
  path: string,
  opener: Opener,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const found = await stat(path).catch(unlessMissing);
  if (!found?.isDirectory()) throw new HostError('invalid', `${path} isn't a folder`);
  await startFirst(folderCommands(path, opener, platform), NAMES[opener], path);
}

/** Opens a container's files in the editor. Its extension "Dev Containers" connects to the engine. */
export async function openContainer(
  container: { readonly name: string; readonly dockerHost: string },
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  await startFirst(editorCommands(['--folder-uri', containerUri(container)], platform), 'editor');
}

/** The address that the extension "Dev Containers" gives to a running container. */
export function containerUri({
  name,
  dockerHost,
}: {
  readonly name: string;
  readonly dockerHost: string;
}): string {
  const target = { containerName: `/${name}`, settings: { host: dockerHost } };
  return `vscode-remote://attached-container+${Buffer.from(JSON.stringify(target)).toString('hex')}/`;
}

const NAMES: Readonly<Record<Opener, string>> = {
  'file-manager': 'file manager',
  editor: 'editor',
  terminal: 'terminal',
};

/** The commands that may work, best first. */
export function folderCommands(
  path: string,
  opener: Opener,
  platform: NodeJS.Platform,
): readonly Command[] {
  if (opener === 'editor') return editorCommands([path], platform);
  switch (platform) {
    case 'darwin':
      return [opener === 'terminal' ? ['open', '-a', 'Terminal', path] : ['open', path]];
    case 'win32':
      return opener === 'terminal'
        ? [
            ['wt.exe', '-d', path],
            ['cmd.exe', '/c', 'start', 'cmd.exe'],
          ]
        : [['explorer.exe', path]];
    default:
      return opener === 'terminal'
        ? [['x-terminal-emulator'], ['gnome-terminal'], ['konsole'], ['xterm']]
        : [['xdg-open', path]];
  }
}

const VS_CODE = 'Microsoft VS Code';

/** Editors that are made from VS Code take the same arguments. */
const editorCommands = (args: readonly string[], platform: NodeJS.Platform): readonly Command[] => {
  if (platform === 'darwin') {
    return [
      ['code', ...args],
      ['/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code', ...args],
      ['cursor', ...args],
    ];
  }
  // On Windows, `code` is a script. A shell would run it, and read the signs in a folder's name.
  if (platform === 'win32') {
    return [process.env.LOCALAPPDATA, process.env.ProgramFiles].flatMap((root, index) =>
      root === undefined
        ? []
        : [[win32.join(root, index === 0 ? 'Programs' : '', VS_CODE, 'Code.exe'), ...args]],
    );
  }
  return [
    ['code', ...args],
    ['codium', ...args],
    ['cursor', ...args],
  ];
};

/** Starts the first program that exists, in the given folder. The program outlives Berth. */
async function startFirst(commands: readonly Command[], name: string, cwd?: string): Promise<void> {
  for (const [program, ...args] of commands) {
    if (await start(program, args, cwd)) return;
  }
  throw new HostError('missing-program', `Berth found no ${name}`, {
    ...(name === 'editor' && {
      hint: 'Install VS Code and its command `code`. In VS Code, choose “Shell Command: Install code command in PATH”.',
    }),
  });
}

/** False if the program doesn't exist. */
function start(program: string, args: readonly string[], cwd?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...{ detached: true, stdio: 'ignore', windowsHide: false },
      ...(cwd !== undefined && { cwd }),
    });
    child.once('error', (error) => {
      if (isMissing(error)) resolve(false);
      else reject(isSystemError(error) ? refused(program, error) : error);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

const refused = (program: string, cause: Error) =>
  new HostError('invalid', `Can't start ${program}: ${cause.message}`, { cause });
