import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '../../../electron/host/diagnostics/redact.ts';
import { readJsonLines } from '../../../electron/host/engine/connection/json-lines.ts';
import { readFrames } from '../../../electron/host/engine/connection/stream-frames.ts';
import { LineSplitter } from '../../../electron/host/logs/lines.ts';
import { type LogQuery, readLog } from '../../../guest-agent/runtime/logs/log-file.ts';
import { isTyped, type Target } from '../target.ts';

const queries: readonly Omit<LogQuery, 'signal'>[] = [
  {},
  { tail: 3 },
  { since: 1_700_000_000_000_000_000n, until: 1_800_000_000_000_000_000n },
];

/** Logs of containers: conmon's file in the guest, and on the host what the engine sends of it. */
export async function openLog(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-fuzz-log-'));
  const path = join(directory, 'ctr.log');
  const { signal } = new AbortController();
  return {
    seeds: [
      '2026-01-02T03:04:05.123456789+00:00 stdout F hello\n2026-01-02T03:04:06.1+01:00 stderr P part\n2026-01-02T03:04:07Z stderr F end\n',
      '2026-01-02T03:04:05.123456789Z a line\r\x1b[31m of a log\nwithout a time\n',
      '\x01\0\0\0\0\0\0\x05hello\x02\0\0\0\0\0\0\x02no\x03\0\0\0\0\0\0\x01x',
      '{"status":"Pulling","id":"x","progressDetail":{"current":1,"total":2}}\r\n{"error":"no"}\n',
      'PASSWORD=x --token y Authorization: Bearer abc "Env":["A=b"] https://me:word@host/ eyJhbGciOi.x.y\n-----BEGIN RSA PRIVATE KEY-----\nx\n',
    ],
    words: [
      ...[' stdout F ', ' stderr P ', '\n', 'T', 'Z', '+00:00', '\x01\0\0\0', '\xff\xff\xff\xff'],
      ...['"Env":[', 'token=', 'eyJ', '-----BEGIN ', 'password', 'a.a.', '://', '@', '"', '\\'],
    ],
    async read(input) {
      const text = input.toString();
      redact(text, { home: '/home/me', user: 'me' });
      const lines = new LineSplitter();
      lines.add('stdout', input);
      lines.unfinished();
      await writeFile(path, input);
      for (const query of queries) await readAll(readLog(path, { ...query, signal }));
      await readAll(readFrames(chunks(input)));
      await readAll(readJsonLines(chunks(input)));
    },
  };
}

async function* chunks(input: Buffer) {
  for (let at = 0; at < input.length; at += 1000) yield input.subarray(at, at + 1000);
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of items);
  } catch (error) {
    if (!isTyped(error)) throw error;
  }
}
