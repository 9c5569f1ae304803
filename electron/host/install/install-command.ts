import { constants } from 'node:fs';
import { access, lstat, mkdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve, win32 } from 'node:path';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { isSystemError, unlessMissing } from '../base/system-error.ts';
import { findResource } from '../home/resources.ts';
import { temporaryPlace } from '../home/translocation.ts';
import { createUserPath, type UserPath } from './user-path.ts';

const log = loggerOf('install');

/** The location of the `berth` command, for a shell. */
export interface InstalledCommand {
  /** The created link; on Windows, the program itself. */
  readonly path: string;
  /** Whether a shell finds the command. */
  readonly onPath: boolean;
  /** If a shell doesn't find it: a sentence with the line to add. */
  readonly advice: string | undefined;
}

export interface InstallOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** The program that the link points to. */
  readonly program?: string | undefined;
  /**
   * Directories for the link: the first writable one is used; the last one is created if needed.
   */
  readonly directories?: readonly string[];
  /** On Windows. */
  readonly userPath?: UserPath;
}

/** The program that ships with Berth. */
export function berthProgram(platform: NodeJS.Platform = process.platform): string | undefined {
  const name = platform === 'win32' ? 'berth.cmd' : 'berth';
  return findResource(join('bin', name)) ?? findResource(join('dist', name));
}

/**
 * Makes `berth` available in the user's shells: a link in `/usr/local/bin` if the user owns it,
 * otherwise in `~/.local/bin`. Needs no administrator rights and changes no shell profile.
 * On Windows, which needs rights for links, adds the program's folder to the PATH of the account.
 * Idempotent. Rejects with HostError 'invalid' if a `berth` that isn't a link is in the way, or if the
 * program's folder won't last.
 */
export async function installCommand(options: InstallOptions = {}): Promise<InstalledCommand> {
  const { environment = process.env, platform = process.platform } = options;
  const program = options.program ?? berthProgram(platform);
  if (program === undefined) {
    throw new HostError('invalid', 'The `berth` program is missing', {
      hint: 'Reinstall Berth. In a checkout, run `npm run build`.',
    });
  }
  if (environment.APPIMAGE) {
    throw new HostError('invalid', `Shells can't run programs inside an AppImage after it quits`, {
      hint: 'To use `berth` in a terminal, install the package for your distribution.',
    });
  }
  if (temporaryPlace(program, platform)) {
    throw new HostError('invalid', 'Berth runs from a folder that disappears, or from a disk', {
      hint: 'Quit Berth, move the app to the Applications folder and open the app there.',
    });
  }
  const isOn = (directory: string) =>
    (environment.PATH ?? '').split(delimiter).some((each) => each && resolve(each) === directory);
  if (platform === 'win32') {
    const directory = win32.dirname(program);
    await (options.userPath ?? createUserPath()).add(directory);
    const advice = 'To use `berth`, open a new terminal.';
    const onPath = isOn(directory);
    return { path: program, onPath, advice: onPath ? undefined : advice };
  }
  const directory = await firstWritable(options.directories ?? linkDirectories());
  const path = join(directory, 'berth');
  await link(program, path);
  const onPath = isOn(directory);
  return { path, onPath, advice: onPath ? undefined : pathAdvice(directory, environment.SHELL) };
}

/** Removes the links to our program; on Windows, its folder from PATH. Idempotent. */
export async function removeCommand(options: InstallOptions = {}): Promise<void> {
  const { platform = process.platform, directories = linkDirectories() } = options;
  const program = options.program ?? berthProgram(platform);
  if (platform === 'win32') {
    if (program) await (options.userPath ?? createUserPath()).remove(win32.dirname(program));
    return;
  }
  for (const directory of directories) {
    const path = join(directory, 'berth');
    if ((await stateOf(program, path)) === 'present') await rm(path);
  }
}

/**
 * Whether the link directories contain our `berth`, none, or another program's. On Windows, whether
 * PATH contains our folder.
 */
export async function commandState(options: InstallOptions = {}): Promise<LinkState> {
  const { platform = process.platform, directories = linkDirectories() } = options;
  const program = options.program ?? berthProgram(platform);
  if (platform === 'win32') {
    const userPath = options.userPath ?? createUserPath();
    return program && (await userPath.contains(win32.dirname(program))) ? 'present' : 'absent';
  }
  const states = await Promise.all(
    directories.map((directory) => stateOf(program, join(directory, 'berth'))),
  );
  return (
    states.find((state) => state === 'present') ?? states.find((s) => s !== 'absent') ?? 'absent'
  );
}

type LinkState = 'absent' | 'present' | 'foreign';

async function stateOf(program: string | undefined, path: string): Promise<LinkState> {
  const found = await log.attempt(`Reading the metadata of ${path}`, lstat(path));
  if (!found) return 'absent';
  // A link of an older version of Berth, which is replaced.
  if (found.isSymbolicLink()) return (await readlink(path)) === program ? 'present' : 'absent';
  return 'foreign';
}

const linkDirectories = () => ['/usr/local/bin', join(homedir(), '.local', 'bin')];

async function firstWritable(directories: readonly string[]): Promise<string> {
  const mayWrite = (directory: string) =>
    access(directory, constants.W_OK).then(
      () => true,
      (error) => {
        if (!isSystemError(error)) throw error;
        return false;
      },
    );
  for (const directory of directories.slice(0, -1)) {
    if (await mayWrite(directory)) return directory;
  }
  const own = directories.at(-1) ?? '.';
  await mkdir(own, { recursive: true });
  return own;
}

/** Replaces a link by renaming, so that the command is never missing. */
async function link(program: string, path: string): Promise<void> {
  const found = await lstat(path).catch(unlessMissing);
  if (found && !found.isSymbolicLink()) {
    // A distribution's package may have installed it.
    if ((await realpath(path)) === (await realpath(program))) return;
    throw new HostError('invalid', `${path} already exists and isn't Berth's link`, {
      hint: 'Rename or remove it, then try again.',
    });
  }
  if (found && (await readlink(path)) === program) return;
  const unfinished = `${path}.${process.pid}.tmp`;
  await rm(unfinished, { force: true });
  await symlink(program, unfinished);
  await rename(unfinished, path);
}

function pathAdvice(directory: string, shell = ''): string {
  const line = shell.endsWith('fish')
    ? `run \`fish_add_path ${directory}\` once`
    : `add \`export PATH="${directory}:$PATH"\` to ${shell.endsWith('zsh') ? '~/.zshrc' : '~/.profile'}`;
  return `${directory} is not on the PATH of your shell. To use \`berth\`, ${line}.`;
}
