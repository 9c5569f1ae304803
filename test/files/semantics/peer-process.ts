import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { lockFile, lockRange, Mapping } from '../system/system-calls.ts';
import type { PeerAnswer } from './peer-answer.ts';

let mapping: Mapping | undefined;

/** What another process can be asked for. */
const peerCalls = {
  open: (path: string, flags: number, mode?: number) => openSync(path, flags, mode),
  close: (fd: number) => closeSync(fd),
  write: (fd: number, text: string) => writeSync(fd, text),
  read: (fd: number, length: number, at: number | null) => {
    const bytes = Buffer.alloc(length);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, length, at));
  },
  readFile: (path: string) => readFileSync(path, 'utf8'),
  writeFile: (path: string, text: string) => writeFileSync(path, text),
  truncate: (fd: number, length: number) => ftruncateSync(fd, length),
  sync: (fd: number) => fsyncSync(fd),
  size: (path: string) => statSync(path).size,
  lockFile,
  lockRange,
  map: (fd: number, length: number) => {
    mapping = new Mapping(length, fd);
  },
  readMap: (offset: number, length: number) => mapping?.read(offset, length).toString('utf8'),
  writeMap: (text: string, offset: number) => mapping?.write(text, offset),
  appendLines: (path: string, line: string, times: number) => {
    const fd = openSync(path, 'a');
    for (let index = 0; index < times; index++) writeSync(fd, `${line}\n`);
    closeSync(fd);
  },
};
export type PeerCalls = typeof peerCalls;

const answer = (message: PeerAnswer) => process.send?.(message);

process.on('message', ([name, ...words]: [keyof PeerCalls, ...unknown[]]) => {
  try {
    const call = peerCalls[name] as (...words: unknown[]) => unknown;
    answer({ value: call(...words) });
  } catch (cause) {
    const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
    answer({ error: { code, message } });
  }
});
answer({});
