import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { CliContext } from '../context.ts';
import { runWithProgress } from './run-with-progress.ts';

const signals = new EventEmitter();
const context: CliContext = {
  host: () => Promise.reject(new Error('no host')),
  ...{ stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough() },
  ...{ env: {}, signals },
};

it('Ctrl-C counts also when it comes during the last step', async () => {
  const step = Promise.withResolvers<string>();
  const running = runWithProgress(context, () => step.promise);
  signals.emit('SIGINT');
  step.resolve('done');
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

it('a second Ctrl-C does not wait for a step that hangs', async () => {
  const running = runWithProgress(context, () => new Promise<never>(() => {}));
  signals.emit('SIGINT');
  signals.emit('SIGINT');
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
});
