import type { Qmp } from './qmp.ts';

/** The name of the console in QEMU's options. */
export const consoleId = 'console';

/**
 * Lets QEMU drop the console's output while `action` runs, with the file closed. On Windows, QEMU allows
 * no other program to write to a file that is open.
 */
export async function whileConsoleClosed(
  qmp: Pick<Qmp, 'execute'>,
  path: string,
  action: () => Promise<void>,
): Promise<void> {
  const change = (backend: object) => qmp.execute('chardev-change', { id: consoleId, backend });
  await change({ type: 'null', data: {} });
  try {
    await action();
  } finally {
    await change({ type: 'file', data: { out: path, append: true } });
  }
}
