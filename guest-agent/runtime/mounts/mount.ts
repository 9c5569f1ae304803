import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { KoffiFunc } from 'koffi';
import { Slots } from '../process/slots.ts';

/** Flags of mount(2), from `linux/mount.h`. */
export const mountFlags = {
  readOnly: 1 << 0,
  noSuid: 1 << 1,
  noDev: 1 << 2,
  noExec: 1 << 3,
  remount: 1 << 5,
  bind: 1 << 12,
  recursive: 1 << 14,
} as const;

/** The kernel copies one page of options, and drops the rest without an error. */
const MAX_DATA_BYTES = 4095;
/** Flags of umount2(2). */
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

interface MountCalls {
  mount: KoffiFunc<
    (
      source: string | null,
      target: string,
      type: string | null,
      flags: number,
      data: string | null,
    ) => number
  >;
  umount: KoffiFunc<(target: string, flags: number) => number>;
  errno: () => number;
}

let calls: Promise<MountCalls> | undefined;

/** Loaded on first use, so that the other parts of the agent run without a native module. */
function mountCalls(): Promise<MountCalls> {
  calls ??= import('koffi').then(({ default: koffi }) => {
    const libc = koffi.load('libc.so.6');
    return {
      mount: libc.func(
        'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
      ),
      umount: libc.func('int umount2(const char *target, int flags)'),
      errno: () => koffi.errno(),
    };
  });
  return calls;
}

/** These calls wait for the disk, on threads that files need too. */
const slots = new Slots(3);

/**
 * Makes a call on another thread. To remove an overlay, the kernel first writes all its changes to the
 * disk, which can take seconds.
 */
async function onThread<Args extends unknown[]>(
  call: KoffiFunc<(...args: Args) => number>,
  failure: () => Error,
  ...args: Args
): Promise<void> {
  using _ = await slots.take();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  call.async(...args, (error, result) => {
    if (error) reject(error);
    // Only here, errno belongs to this call.
    else if (result !== 0) reject(failure());
    else resolve();
  });
  await promise;
}

/** A failed system call, in the form of Node's own errors: `code` is `EBUSY` and so on. */
function systemError(syscall: string, errno: number, path: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${syscall} ${path}: ${code}`), {
    code,
    errno: -errno,
    syscall,
    path,
  });
}

/**
 * mount(2). `data` contains the file system's own options, comma-separated, at most 4095 bytes.
 * Rejects with an error that has a `code`, like `node:fs`.
 */
export async function mount(
  source: string | null,
  target: string,
  type: string | null,
  flags = 0,
  data: string | null = null,
): Promise<void> {
  if (data !== null && Buffer.byteLength(data) > MAX_DATA_BYTES) {
    throw systemError('mount', constants.errno.E2BIG, target);
  }
  const { mount: call, errno } = await mountCalls();
  const failure = () => systemError('mount', errno(), target);
  await onThread(call, failure, source, target, type, flags, data);
}

/**
 * umount2(2). `lazy` removes the mount from the tree immediately, and the kernel ends it when its
 * last user is gone. Rejects with code EINVAL if the target isn't mounted, and with ENOENT if it is
 * missing.
 */
export async function unmount(target: string, { lazy = false } = {}): Promise<void> {
  const { umount, errno } = await mountCalls();
  const flags = UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0);
  await onThread(umount, () => systemError('umount', errno(), target), target, flags);
}

/** Removes a mount immediately and lazily, if there is one. Idempotent. */
export async function unmountIfMounted(target: string): Promise<void> {
  try {
    await unmount(target, { lazy: true });
  } catch (error) {
    if (!['EINVAL', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
