import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { setOomScoreAdj } from './oom-score.ts';

/**
 * What a program writes when it reads `input`, as a stream. Throws what the input throws, and
 * EngineError 'invalid' when the program finds fault with it. Ended early, it ends the program.
 */
export async function* pipeThrough(
  program: string,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // Before the engine, if need be.
  setOomScoreAdj(child.pid, 0);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exited = once(child, 'close');
  exited.catch(awaitedElsewhere);
  const source = Readable.from(input, { objectMode: false });
  let inputError: unknown;
  source.once('error', (error) => {
    inputError = error;
  });
  // A program that has enough closes its input; its exit status tells what to think of that.
  const feeding = Promise.allSettled([pipeline(source, child.stdin)]);
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const [status] = (await exited) as [number | null];
    await feeding;
    if (inputError !== undefined) throw inputError;
    if (status !== 0) throw new EngineError('invalid', `${program}: ${said.trim() || status}`);
  } finally {
    child.kill();
    source.destroy();
  }
}
