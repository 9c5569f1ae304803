import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { setOomScoreAdj } from './oom-score.ts';
import { startPiped } from './program.ts';

/**
 * The output of a program that reads `input`, as a stream. Throws the errors of the input, and
 * EngineError 'invalid' if the program rejects the input. If the reader leaves early, the program
 * is killed.
 */
export async function* pipeThrough(
  program: string,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const child = await startPiped(program, args);
  // If memory runs out, the kernel should kill this program before the engine.
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
  // A program that has read enough closes its input. Its exit status decides about success.
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
