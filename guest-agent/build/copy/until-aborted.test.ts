import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { tarStream } from './added-layer.ts';
import { readUntilAborted } from './until-aborted.ts';

const aborted = AbortSignal.abort(new Error('another stage failed'));

/** Errors that would end the engine. */
function uncaughtErrors(): unknown[] {
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  process.on('uncaughtException', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
  });
  return errors;
}

test('the files of a build that stops are an error only for those who read them', async () => {
  const errors = uncaughtErrors();
  const tar = tarStream([], aborted);
  const file = readUntilAborted('/nonexistent', aborted);
  await setImmediate();
  expect(errors).toEqual([]);
  await expect(tar.toArray()).rejects.toThrow('another stage failed');
  await expect(file.next()).rejects.toThrow('another stage failed');
});

test('a build that stops while its files are read gets no more of them', async () => {
  const controller = new AbortController();
  const read = readUntilAborted(import.meta.filename, controller.signal);
  expect((await read.next()).done).toBe(false);
  controller.abort(new Error('stopped'));
  await expect(read.next()).rejects.toThrow('stopped');
});
