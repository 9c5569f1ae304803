import { appendFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { boundConsole, clearConsole, consoleTail, waitForConsoleLine } from './console.ts';

async function emptyConsole(): Promise<string> {
  const path = join(await temporaryDirectory(), 'console.log');
  await clearConsole(path);
  return path;
}

test('the tail is plain text: no carriage returns, colours or empty lines', async () => {
  const path = await emptyConsole();
  await appendFile(path, 'one\r\n\r\n\u001b[1;31mtwo\u001b[0m\r\nthree');
  expect(await consoleTail(path, 10)).toEqual(['one', 'two', 'three']);
  expect(await consoleTail(path, 2)).toEqual(['two', 'three']);
  expect(await consoleTail(path, 0)).toEqual([]);
  expect(await consoleTail(`${path}.missing`, 10)).toEqual([]);
});

test('a line is seen whether it is there already, comes later or comes in pieces', async () => {
  const path = await emptyConsole();
  const never = new AbortController().signal;
  await appendFile(path, 'noise\nberth: init\n');
  await waitForConsoleLine(path, 'berth: init', never);
  const later = waitForConsoleLine(path, 'berth: sshd', never);
  await appendFile(path, 'berth: s');
  await appendFile(path, 'shd\n');
  await later;
  expect(await consoleTail(path, 1)).toEqual(['berth: sshd']);
});

test('waiting ends with its signal', async () => {
  const path = await emptyConsole();
  const controller = new AbortController();
  const waiting = waitForConsoleLine(path, 'never', controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('a guest that floods its console does not fill the disk', async () => {
  const path = await emptyConsole();
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const bound = boundConsole(path, controller.signal);
  bound.catch(() => {});
  await appendFile(path, `berth: init\n${`${'x'.repeat(99)}\n`.repeat(50_000)}`);
  await vi.waitFor(async () => {
    const { size } = await stat(path);
    // Empty for a moment, while the file is cut.
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(1024 * 1024);
  }, 5_000);
  await appendFile(path, 'still going\n');
  expect((await consoleTail(path, 1))[0]).toBe('still going');
  // A supervisor that takes the machine over sees that it has booted.
  await waitForConsoleLine(path, 'berth: init', AbortSignal.timeout(1_000));
});

test('a console that the hypervisor has to close first is cut then, and tried again if that fails', async () => {
  const path = await emptyConsole();
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const flood = `${`${'x'.repeat(99)}\n`.repeat(50_000)}`;
  let isClosed = false;
  let refusals = 0;
  const whileClosed = async (cut: () => Promise<void>) => {
    if (refusals === 0) {
      refusals += 1;
      throw new Error('EBUSY');
    }
    isClosed = true;
    await cut();
  };
  boundConsole(path, controller.signal, whileClosed).catch(() => {});
  await appendFile(path, flood);
  await vi.waitFor(() => expect(refusals).toBe(1));
  expect((await stat(path)).size).toBe(flood.length);
  await appendFile(path, flood + flood);
  await vi.waitFor(async () => expect((await stat(path)).size).toBeLessThan(1024 * 1024), 5_000);
  expect(isClosed).toBe(true);
});

test('a console without line breaks does not grow forever either', async () => {
  const path = await emptyConsole();
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  boundConsole(path, controller.signal).catch(() => {});
  await appendFile(path, 'x'.repeat(5_000_000));
  await vi.waitFor(async () => expect(await consoleTail(path, 1)).toEqual(['x'.repeat(1_000)]));
});

test("a hypervisor that keeps its place in a file that was cut leaves a hole, which isn't shown", async () => {
  const path = await emptyConsole();
  const hypervisor = await open(path, 'r+');
  await hypervisor.write('berth: init\n', 0);
  await hypervisor.write('berth: agent\n', 3 * 1024 ** 3);
  await hypervisor.close();
  expect(await consoleTail(path, 5)).toEqual(['berth: init', 'berth: agent']);
});
