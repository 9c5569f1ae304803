import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../errors.ts';
import { decompress } from '../../registry/decompress.ts';
import { peek } from './peek.ts';

/** busybox's own, by the bytes that a file begins with. */
const PROGRAMS: readonly (readonly [start: string, applet: string])[] = [
  ['425a68', 'bunzip2'],
  ['fd377a585a00', 'unxz'],
];
const LONGEST_START = 6;

/**
 * The uncompressed bytes of what is gzip, bzip2, xz, zstd or none of them, told apart by the first
 * bytes. Throws EngineError 'invalid' for damaged data, and whatever the source throws.
 */
export async function* decompressAny(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { start, bytes } = await peek(source, LONGEST_START);
  const magic = start.toString('hex');
  const applet = PROGRAMS.find(([begin]) => magic.startsWith(begin))?.[1];
  yield* applet === undefined ? decompress(bytes) : throughProgram(applet, bytes);
}

async function* throughProgram(
  applet: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const child = spawn('busybox', [applet, '-c'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  ended.catch(() => {});
  const fed = pipeline(Readable.from(source), child.stdin);
  // A program that ends early is judged by its exit status; a source that fails, below.
  fed.catch(() => {});
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const [exitCode] = await ended;
    if (exitCode !== 0) throw new EngineError('invalid', `the compressed file is damaged (${applet})`);
    await fed;
  } finally {
    child.kill('SIGKILL');
  }
}
