import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoted } from '../../../../guest-agent/grammar/shell-words.ts';

/** What a program does with some arguments. */
export interface StandInAnswer {
  /** A word among the arguments. Default: any arguments. */
  readonly to?: string;
  readonly prints?: string;
  readonly exitCode?: number;
  /** Reads standard input to its end first. */
  readonly reads?: true;
}

export interface StandInProgram {
  /** The first answer that fits. They need no start of Node, so they are quick. */
  readonly answers?: readonly StandInAnswer[];
  /** Arguments of Node, such as a script, for calls without an answer. The program's own arguments follow. */
  readonly runs?: readonly string[];
}

/**
 * Writes a program into a folder, and returns the program's path. On Windows, a script can't be a program, so
 * there the program is a copy of `test/win32/stand-in-program.c`.
 */
export async function writeProgram(
  folder: string,
  name: string,
  program: StandInProgram,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, programFile(name));
  return process.platform === 'win32' ? writeExecutable(path, program) : writeScript(path, program);
}

/** The file name of a program. */
export const programFile = (name: string): string =>
  process.platform === 'win32' && !name.endsWith('.exe') ? `${name}.exe` : name;

async function writeScript(path: string, { answers = [], runs }: StandInProgram): Promise<string> {
  const cases = answers.map(({ to, prints = '', exitCode = 0, reads }) => {
    const commands = [`printf %s ${quoted(prints)}`, ...(reads ? ['cat >/dev/null'] : [])];
    const pattern = to === undefined ? '*' : `*${quoted(` ${to} `)}*`;
    return `  ${pattern}) ${commands.join('; ')}; exit ${exitCode} ;;`;
  });
  const words = runs && [process.execPath, ...runs].map((word) => quoted(word));
  const rest = words ? `exec ${words.join(' ')} "$@"` : 'exit 127';
  await writeFile(path, ['#!/bin/sh', 'case " $* " in', ...cases, 'esac', rest, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

async function writeExecutable(
  path: string,
  { answers = [], runs }: StandInProgram,
): Promise<string> {
  const executable = process.env.BERTH_TEST_PROGRAM;
  if (executable === undefined) {
    throw new Error(
      'BERTH_TEST_PROGRAM must name the compiled test/win32/stand-in-program.c. `npm run test:win32` sets it.',
    );
  }
  const base = path.replace(/\.exe$/, '');
  const lines = answers.map(({ to = '', prints = '', exitCode = 0, reads }) =>
    [to, exitCode, reads ? 1 : 0, prints.replaceAll('\n', '\\n')].join('\t'),
  );
  await writeFile(`${base}.answers`, lines.join('\n'));
  if (runs) await writeFile(`${base}.runs`, [process.execPath, ...runs].map(argument).join(' '));
  await copyFile(executable, path);
  return path;
}

/** A word of a Windows command line, as programs read it: a backslash escapes only before a quote. */
const argument = (word: string): string =>
  `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
