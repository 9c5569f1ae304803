import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The other user. */
export const STRANGER = 65_534;

/** What another user of the host tries. */
export type Attempt =
  | {
      readonly kind: 'read' | 'list' | 'write' | 'create' | 'remove' | 'connect';
      readonly path: string;
    }
  | { readonly kind: 'signal'; readonly pid: number }
  | { readonly kind: 'tcp'; readonly port: number; readonly send: string }
  /** A link where Berth could write. */
  | { readonly kind: 'plant'; readonly path: string; readonly target: string };

/** `done` with what it gave, or why not. */
export interface Outcome {
  readonly done: boolean;
  readonly text: string;
}

/** Becomes the other user, who may not be able to read this checkout. */
const PROGRAM = `
const fs = require('node:fs');
const net = require('node:net');
const talk = (options, send) => new Promise((resolve, reject) => {
  const socket = net.connect(options, () => { if (send) socket.write(send); else resolve('connected'); });
  let text = '';
  socket.on('data', (chunk) => { text += chunk; });
  socket.on('end', () => resolve(text));
  socket.on('error', reject);
  setTimeout(() => resolve(text), 1500);
});
const tries = {
  read: ({ path }) => fs.readFileSync(path).subarray(0, 1 << 20).toString('latin1'),
  list: ({ path }) => fs.readdirSync(path).join(' '),
  write: ({ path }) => fs.closeSync(fs.openSync(path, 'r+')),
  create: ({ path }) => fs.writeFileSync(path, 'x', { flag: 'wx' }),
  remove: ({ path }) => fs.rmSync(path, { recursive: true }),
  plant: ({ path, target }) => fs.symlinkSync(target, path),
  signal: ({ pid }) => process.kill(pid, 'SIGCONT'),
  connect: ({ path }) => talk({ path }),
  tcp: ({ port, send }) => talk({ host: '127.0.0.1', port }, send),
};
process.setgroups([]);
process.setgid(${STRANGER});
process.setuid(${STRANGER});
(async () => {
  const outcomes = [];
  for (const attempt of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    try {
      outcomes.push({ done: true, text: String(await tries[attempt.kind](attempt)) });
    } catch (error) {
      outcomes.push({ done: false, text: error.code || String(error) });
    }
  }
  process.stdout.write(JSON.stringify(outcomes), () => process.exit(0));
})();
`;

/** Tries everything as another user, one after the other. For root. */
export async function asStranger(attempts: readonly Attempt[]): Promise<Outcome[]> {
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(attempts));
  return JSON.parse(await text(child.stdout)) as Outcome[];
}
