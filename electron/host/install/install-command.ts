import { constants } from 'node:fs';
import { access, lstat, mkdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { HostError } from '../errors.ts';
import { findResource } from '../machine/resources.ts';

/** Where the `berth` command is, for a shell. */
export interface InstalledCommand {
  /** The link that was made, or the program itself on Windows, where the installer sets PATH. */
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
  /** Directories to link it into; the first that is there and may be written to is taken. */
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
 * Idempotent. Rejects with HostError 'invalid' when a `berth` that is not a link is in the way.
 */
export async function installCommand({
  environment = process.env,
  platform = process.platform,
  program = berthProgram(platform),
  directories = ['/usr/local/bin', join(homedir(), '.local', 'bin')],
}: InstallOptions = {}): Promise<InstalledCommand> {
  if (program === undefined) {
    throw new HostError('invalid', 'The `berth` program is not where it belongs', {
      hint: 'Reinstall Berth; in a checkout, run `npm run build`.',
    });
  }
  const isOn = (directory: string) =>
    (environment.PATH ?? '').split(delimiter).some((each) => each && resolve(each) === directory);
  if (platform === 'win32') {
    const onPath = isOn(dirname(program));
    const advice = onPath
      ? undefined
      : `The installer adds ${dirname(program)} to PATH; new terminals have it.`;
    return { path: program, onPath, advice };
  }
  const directory = await firstWritable(directories);
  const path = join(directory, 'berth');
  await link(program, path);
  const onPath = isOn(directory);
  return { path, onPath, advice: onPath ? undefined : pathAdvice(directory, environment.SHELL) };
}

/** The last one is the user's own, and made when it is missing. */
async function firstWritable(directories: readonly string[]): Promise<string> {
  for (const directory of directories.slice(0, -1)) {
    if (
      await access(directory, constants.W_OK).then(
        () => true,
        () => false,
      )
    )
      return directory;
  }
  const own = directories.at(-1) ?? '.';
  await mkdir(own, { recursive: true });
  return own;
}

/** Replaces a link by rename, so that the command is never missing. */
async function link(program: string, path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
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
