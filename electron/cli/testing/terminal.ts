import { fileURLToPath } from 'node:url';
import { spawn } from 'node-pty';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The command in a shell on a real terminal. */
export interface Terminal {
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves once the terminal has shown this text; rejects if the shell ends without it. */
  shows(text: string | RegExp): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): void;
  /** The whole output, once the shell has ended. */
  ended: Promise<{ exitCode: number; output: string }>;
}

/** The command as a process, against the engine at a socket. */
export function berthAt(socketPath: string): readonly string[] {
  return [process.execPath, MAIN, socketPath];
}

/** Runs a shell script in which `berth` runs these words. */
export function openTerminal(
  words: readonly string[],
  script: string,
  env: Readonly<Record<string, string>> = {},
): Terminal {
  const berth = words.map((word) => `"${word}"`).join(' ');
  const shell = spawn('/bin/sh', ['-c', script.replaceAll('berth', berth)], {
    cols: 100,
    rows: 30,
    env: { ...process.env, LANG: 'C.UTF-8', ...env },
  });
  let output = '';
  let searched = 0;
  let hasEnded = false;
  const waiting = new Set<() => void>();
  const check = () => {
    for (const waiter of waiting) waiter();
  };
  shell.onData((data) => {
    output += data;
    check();
  });
  const ended = new Promise<{ exitCode: number; output: string }>((resolve) => {
    shell.onExit(({ exitCode }) => {
      hasEnded = true;
      check();
      resolve({ exitCode, output });
    });
  });
  return {
    type: (keys) => shell.write(keys),
    resize: (columns, rows) => shell.resize(columns, rows),
    kill: (signal) => shell.kill(signal),
    ended,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const pattern =
          typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
        const look = () => {
          const match = pattern.exec(output.slice(searched));
          if (match) {
            searched += match.index + match[0].length;
            waiting.delete(look);
            resolve(match);
          } else if (hasEnded) {
            reject(new Error(`the terminal never showed ${pattern}, but:\n${output}`));
          }
        };
        waiting.add(look);
        look();
      }),
  };
}

/** A script that prints the command's exit code, and whether the command restored the terminal. */
export const withMode = (command: string) =>
  `before=$(stty -g); ${command}; code=$?; [ "$(stty -g)" = "$before" ] && mode=same || mode=raw; echo "code $code, mode $mode"`;
