import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { HostError } from '../../host/base/errors.ts';
import type { CliContext } from '../context.ts';

/**
 * Asks for a line on the terminal. `secret` hides what the user types. Rejects with HostError
 * 'cancelled' on Ctrl-C and Ctrl-D.
 */
export async function ask(context: CliContext, question: string, secret = false): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: context.stdin,
    output: secret ? nowhere : context.stdout,
    terminal: true,
    historySize: 0,
  });
  const given = new AbortController();
  lines.once('close', () => given.abort());
  try {
    if (secret) context.stdout.write(question);
    return await lines.question(secret ? '' : question, { signal: given.signal });
  } catch (cause) {
    throw new HostError('cancelled', 'cancelled', { cause });
  } finally {
    lines.close();
    if (secret) context.stdout.write('\n');
  }
}
