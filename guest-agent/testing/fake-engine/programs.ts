import { once } from 'node:events';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program, ProgramProcess } from './fake-process.ts';
import { parseScript } from './shell-script.ts';

const SIGTERM = 15;
const PROMPT = '/ # ';

/** Runs until a signal asks it to stop, as a server does. */
export const server: Program = async (process) => {
  const asked = Promise.withResolvers<void>();
  process.handlers.set(SIGTERM, asked.resolve);
  await asked.promise;
  return 0;
};

/** Copies its input to its output. */
const cat: Program = async (process) => {
  for (const name of process.argv.slice(1)) {
    const content = await readFile(join(process.root, name), 'utf8').catch(() => undefined);
    if (content === undefined) {
      process.write('stderr', `cat: can't open '${name}': No such file or directory\n`);
      return 1;
    }
    process.write('stdout', content);
  }
  if (process.argv.length > 1) return 0;
  for await (const chunk of process.input) process.write('stdout', chunk);
  return 0;
};

const sleep: Program = async ({ argv, killed }) => {
  const milliseconds = argv[1] === 'infinity' ? 2 ** 31 - 1 : Number(argv[1]) * 1000;
  await delay(Math.min(milliseconds, 2 ** 31 - 1), undefined, { signal: killed });
  return 0;
};

const echo: Program = ({ argv, write }) => {
  const withNewline = argv[1] !== '-n';
  write('stdout', argv.slice(withNewline ? 1 : 2).join(' ') + (withNewline ? '\n' : ''));
  return 0;
};

/** Prints the numbers from 1. */
const seq: Program = ({ argv, write }) => {
  write('stdout', Array.from({ length: Number(argv[1]) }, (_, index) => `${index + 1}\n`).join(''));
  return 0;
};

/** Runs a script, or the lines of its input. */
export const shell: Program = async (process) => {
  const at = process.argv.indexOf('-c');
  if (at !== -1) return runScript(process, process.argv[at + 1] ?? '');
  if (process.tty) process.write('stdout', PROMPT);
  // A terminal ends lines with carriage returns.
  for await (const line of createInterface({ input: process.input })) {
    const status = await runLine(process, line.trim());
    if (status !== undefined) return status;
    if (process.tty) process.write('stdout', PROMPT);
  }
  return 0;
};

/** The exit code, if the line ends the shell. */
async function runLine(process: ProgramProcess, line: string): Promise<number | undefined> {
  const [command, code = '0'] = line.split(' ');
  if (command === 'exit') return Number(code);
  await runScript(process, line);
  return undefined;
}

async function runScript(process: ProgramProcess, script: string): Promise<number> {
  let status = 0;
  const trapped = Promise.withResolvers<number>();
  const variable = (name: string) =>
    name === '?' ? String(status) : (process.env.get(name) ?? '');
  for (const { words, when } of parseScript(script, variable)) {
    if (when === 'succeeded' && status !== 0) continue;
    if (when === 'failed' && status === 0) continue;
    const [command = '', ...rest] = words;
    if (command === 'exit') return Number(rest[0] ?? status);
    if (command === 'trap') {
      const code = Number(/exit (\d+)/.exec(rest[0] ?? '')?.[1] ?? 0);
      process.handlers.set(SIGTERM, () => trapped.resolve(code));
      continue;
    }
    const done = runCommand(process, command === 'exec' ? rest : words);
    const outcome = await Promise.race([
      done.then((code) => ({ code, over: false })),
      trapped.promise.then((code) => ({ code, over: true })),
    ]);
    status = outcome.code;
    if (outcome.over) return status;
  }
  return status;
}

async function runCommand(process: ProgramProcess, words: readonly string[]): Promise<number> {
  const { argv, write } = await redirected(process, words);
  const [command = ''] = argv;
  const program = programs.get(command.split('/').at(-1) ?? '');
  if (!program) {
    process.write('stderr', `sh: ${command}: not found\n`);
    return 127;
  }
  const part: ProgramProcess = {
    ...{
      argv,
      write,
      container: process.container,
      env: process.env,
      tty: process.tty,
      root: process.root,
    },
    ...{ input: process.input, size: process.size, killed: process.killed },
    handlers: process.handlers,
  };
  return await program(part);
}

/** Removes `>&2`, `> FILE` and `>> FILE` from a command. */
async function redirected(process: ProgramProcess, words: readonly string[]) {
  const argv: string[] = [];
  let write: ProgramProcess['write'] = (stream, data) => process.write(stream, data);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, mode, file] = /^(>{1,2})(?!&)(.*)$/.exec(word) ?? [];
    if (/^1?>&2$/.test(word)) {
      write = (_, data) => process.write('stderr', data);
    } else if (word === '2>&1') {
      write = (_, data) => process.write('stdout', data);
    } else if (mode !== undefined) {
      const path = join(process.root, file || (words[++index] ?? ''));
      if (mode === '>') await writeFile(path, '');
      const writing: Promise<void>[] = [];
      write = (_, data) => void writing.push(appendFile(path, data));
    } else {
      argv.push(word);
    }
  }
  return { argv, write };
}

/** Runs its body until the process is killed. */
const loop: Program = async (process) => {
  while (!process.killed.aborted) await runScript(process, process.argv[1] ?? '');
  return 0;
};

/** The programs of every fake container, by name. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...([cat, sleep, echo, seq, server].map((program) => [program.name, program]) as [
    string,
    Program,
  ][]),
  ['sh', shell],
  ['while', loop],
  ['true', () => 0],
  [':', () => 0],
  ['false', () => 1],
  [
    'env',
    ({ env, write }) => {
      for (const [name, value] of env) write('stdout', `${name}=${value}\n`);
      return 0;
    },
  ],
  [
    'stty',
    ({ size, write }) => {
      write('stdout', `${size[1]} ${size[0]}\n`);
      return 0;
    },
  ],
  [
    'rm',
    async ({ argv, root }) => {
      for (const name of argv.slice(1)) {
        if (!name.startsWith('-')) await rm(join(root, name), { recursive: true, force: true });
      }
      return 0;
    },
  ],
  [
    'test',
    async ({ argv, root }) =>
      readFile(join(root, argv[2] ?? '')).then(
        () => 0,
        () => 1,
      ),
  ],
  [
    'read',
    async ({ input }) => {
      await once(input, 'data');
      return 0;
    },
  ],
]);
