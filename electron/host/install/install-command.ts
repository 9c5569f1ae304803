import { constants } from 'node:fs';
import { access, lstat, mkdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { isSystemError, unlessMissing } from '../base/system-error.ts';
import { findResource } from '../home/resources.ts';

const log = loggerOf('install');

/** Where the `berth` command is, for a shell. */
export interface InstalledCommand {
  /** The link that was made; on Windows, which has none, the program itself. */
  readonly path: string;
  /** A shell finds it. */
  readonly onPath: boolean;
  /** What to do when a shell does not: a sentence, with the line to add. */
  readonly advice: string | undefined;
}

export interface InstallOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** The program that the command is. */
  readonly program?: string | undefined;
  /** Directories to link it into: the first that may be written to. The last one is made. */
  readonly directories?: readonly string[];
}

/** The program that ships with Berth. */
export function berthProgram(platform: NodeJS.Platform = process.platform): string | undefined {
  const name = platform === 'win32' ? 'berth.cmd' : 'berth';
  return findResource(join('bin', name)) ?? findResource(join('dist', name));
}

/**
 * Makes `berth` a command of the user's shells: a link in `/usr/local/bin` where that is the
 * user's, else in `~/.local/bin`. Needs no administrator, touches no start-up file of a shell.
 * Idempotent. Rejects with HostError 'invalid' when a `berth` that is not a link is in the way. On
 * Windows it only tells what to add to PATH.
 */
export async function installCommand(options: InstallOptions = {}): Promise<InstalledCommand> {
  const { environment = process.env, platform = process.platform } = options;
  const program = options.program ?? berthProgram(platform);
  if (program === undefined) {
    throw new HostError('invalid', 'The `berth` program is not where it belongs', {
      hint: 'Reinstall Berth; in a checkout, run `npm run build`.',
    });
  }
  if (environment.APPIMAGE) {
    throw new HostError('invalid', 'The programs in an AppImage are gone when it ends', {
      hint: 'Install the package of your distribution to have `berth` in a terminal.',
    });
  }
  const isOn = (directory: string) =>
    (environment.PATH ?? '').split(delimiter).some((each) => each && resolve(each) === directory);
  if (platform === 'win32') {
    const directory = dirname(program);
    const advice = `Add ${directory} to PATH: Settings, "Edit environment variables for your account".`;
    return isOn(directory)
      ? { path: program, onPath: true, advice: undefined }
      : { path: program, onPath: false, advice };
  }
  const directory = await firstWritable(options.directories ?? linkDirectories());
  const path = join(directory, 'berth');
  await link(program, path);
  const onPath = isOn(directory);
  return { path, onPath, advice: onPath ? undefined : pathAdvice(directory, environment.SHELL) };
}

/** Takes the links to our program away. Idempotent. */
export async function removeCommand({
  program = berthProgram(),
  directories = linkDirectories(),
}: InstallOptions = {}): Promise<void> {
  for (const directory of directories) {
    const path = join(directory, 'berth');
    if ((await stateOf(program, path)) === 'present') await rm(path);
  }
}

/** Whether a shell would find ours, none, or somebody else's `berth` in the places for links. */
export async function commandState({
  program = berthProgram(),
  directories = linkDirectories(),
}: InstallOptions = {}): Promise<LinkState> {
  const states = await Promise.all(
    directories.map((directory) => stateOf(program, join(directory, 'berth'))),
  );
  return (
    states.find((state) => state === 'present') ?? states.find((s) => s !== 'absent') ?? 'absent'
  );
}

type LinkState = 'absent' | 'present' | 'foreign';

async function stateOf(program: string | undefined, path: string): Promise<LinkState> {
  const found = await log.attempt(`Looking at ${path}`, lstat(path));
  if (!found) return 'absent';
  // A link of an earlier Berth: to be made anew.
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

/** Replaces a link by rename, so that the command is never missing. */
async function link(program: string, path: string): Promise<void> {
  const found = await lstat(path).catch(unlessMissing);
  if (found && !found.isSymbolicLink()) {
    // The package of a distribution may have put it there.
    if ((await realpath(path)) === (await realpath(program))) return;
    throw new HostError('invalid', `${path} is there already, and is not Berth's link`, {
      hint: 'Move it away, then try again.',
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
    ? `\`fish_add_path ${directory}\`, once`
    : `\`export PATH="${directory}:$PATH"\` in ${shell.endsWith('zsh') ? '~/.zshrc' : '~/.profile'}`;
  return `Shells do not look into ${directory} yet: ${line}, has them find \`berth\`.`;
}
