/*
 * Preloaded into an engine with Node's option `--import`: one system call of the engine fails, which the
 * file FAILING_CALL chooses (see FailingCalls). The file with `.seen` after its name says what came of
 * the choice before.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';

type Code = 'ENOSPC' | 'EIO' | 'EMFILE' | 'ENOMEM';
// biome-ignore lint/suspicious/noExplicitAny: functions of all kinds are wrapped.
type AnyFunction = (...words: any[]) => any;

const LOOK_MS = 5;
const path = process.env.FAILING_CALL ?? '';
const { readFileSync, writeFileSync, renameSync } = fs;
const codes: readonly Code[] = ['ENOSPC', 'EIO', 'EMFILE', 'ENOMEM'];

/** The order that is under way. Number 0 is none. */
let order: { number: number; code?: Code; skip?: number } = { number: 0 };
const noCalls = () => ({ ENOSPC: 0, EIO: 0, EMFILE: 0, ENOMEM: 0 });
let calls = noCalls();
let failed: string | undefined;

setInterval(() => {
  const next = JSON.parse(readFileSync(path, 'utf8'));
  if (next.number === order.number) return;
  writeFileSync(`${path}.new`, JSON.stringify({ number: next.number, calls, failed }));
  renameSync(`${path}.new`, `${path}.seen`);
  order = next;
  calls = noCalls();
  failed = undefined;
}, LOOK_MS).unref();

const isOnDisk = (name: string) => name.startsWith('/var/lib/berth/');
/** Files of the kernel and of programs of the engine, for which memory or descriptors can be lacking. */
const isOurs = (name: string) =>
  isOnDisk(name) || (/^\/(run|sys\/fs\/cgroup|proc)\//.test(name) && !name.startsWith(path));

/** The code with which this call fails now, if it is its turn. */
function turnOf(call: string, name: string, possible: readonly Code[]): Code | undefined {
  const fits = (code: Code) =>
    possible.includes(code) && (code === 'ENOSPC' || code === 'EIO' ? isOnDisk : isOurs)(name);
  for (const code of codes) {
    if (!fits(code)) continue;
    calls[code] += 1;
    if (code !== order.code || calls[code] - 1 !== order.skip) continue;
    failed = `${call} ${name}`;
    return code;
  }
  return undefined;
}

function errorOf(code: Code, syscall: string, name: string): Error {
  const message = `${code}: injected, ${syscall} '${name}'`;
  return Object.assign(new Error(message), {
    ...{ code, syscall, path: name, errno: -constants.errno[code] },
  });
}

const READS: readonly Code[] = ['EIO', 'ENOMEM'];
const WRITES: readonly Code[] = ['ENOSPC', 'EIO', 'ENOMEM'];
const OPENS: readonly Code[] = [...READS, 'EMFILE'];
const CREATES: readonly Code[] = [...WRITES, 'EMFILE'];
const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
const opensToWrite = (flags: unknown) =>
  typeof flags === 'number'
    ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0
    : typeof flags === 'string' && /[wax+]/.test(flags);

/** By the name of a function whose first argument is a path. */
const ofPaths: Readonly<Record<string, readonly Code[]>> = {
  ...{ open: OPENS, readFile: OPENS, readdir: OPENS, opendir: OPENS },
  ...{ writeFile: CREATES, appendFile: CREATES, copyFile: CREATES, cp: CREATES },
  ...{ mkdir: WRITES, mkdtemp: WRITES, rename: WRITES, link: WRITES, symlink: WRITES },
  ...{ truncate: WRITES, chmod: READS, chown: READS, lchown: READS, utimes: READS },
  ...{ stat: READS, lstat: READS, readlink: READS, unlink: READS, rmdir: READS, rm: READS },
};
/** By the name of a method of an open file. */
const ofFiles: Readonly<Record<string, readonly Code[]>> = {
  ...{ write: WRITES, writev: WRITES, writeFile: WRITES, appendFile: WRITES, truncate: WRITES },
  ...{ sync: WRITES, datasync: WRITES, read: READS, readv: READS, readFile: READS, stat: READS },
};

const paths = new WeakMap<object, string>();
const codesOf = (call: string, words: readonly unknown[]) =>
  call.startsWith('open') && opensToWrite(words[1]) ? CREATES : (ofPaths[call] ?? []);

for (const call of Object.keys(ofPaths)) {
  const promises = fs.promises as unknown as Record<string, AnyFunction>;
  const original = promises[call];
  if (original === undefined) continue;
  promises[call] = async (...words) => {
    const name = String(words[0]);
    const code = turnOf(call, name, codesOf(call, words));
    if (code !== undefined) throw errorOf(code, call, name);
    const result = await original.apply(fs.promises, words);
    if (call === 'open') paths.set(result, name);
    return result;
  };
}

const sample = await fs.promises.open('/dev/null');
const ofHandle = Object.getPrototypeOf(sample) as Record<string, AnyFunction>;
await sample.close();
for (const [call, possible] of Object.entries(ofFiles)) {
  const original = ofHandle[call];
  if (original === undefined) continue;
  ofHandle[call] = async function (this: object, ...words) {
    const name = paths.get(this) ?? '';
    const code = turnOf(call, name, possible);
    if (code !== undefined) throw errorOf(code, call, name);
    return original.apply(this, words);
  };
}

// Streams of files open them with a callback.
const callbacks = fs as unknown as Record<string, AnyFunction>;
const originalOpen = callbacks.open;
callbacks.open = (...words) => {
  const name = String(words[0]);
  const code = turnOf('open', name, codesOf('open', words));
  if (code === undefined) return originalOpen?.(...words);
  process.nextTick(words.at(-1), errorOf(code, 'open', name));
};
for (const call of ['open', 'readFile', 'readdir', 'mkdir', 'writeFile', 'rename']) {
  const original = callbacks[`${call}Sync`];
  callbacks[`${call}Sync`] = (...words) => {
    const name = String(words[0]);
    const code = turnOf(call, name, codesOf(call, words));
    if (code !== undefined) throw errorOf(code, call, name);
    return original?.(...words);
  };
}
syncBuiltinESMExports();

// Node treats each code of a failed fork in its own way, so the failure is below Node's own code.
const { Process } = (
  process as unknown as {
    binding(name: string): { Process: { prototype: { spawn: AnyFunction } } };
  }
).binding('process_wrap');
const originalSpawn = Process.prototype.spawn;
Process.prototype.spawn = function (this: object, ...words) {
  const code = turnOf(`spawn ${words[0].file ?? words[0]}`, '/run/', ['EMFILE', 'ENOMEM']);
  return code === undefined ? originalSpawn.apply(this, words) : -constants.errno[code];
};
