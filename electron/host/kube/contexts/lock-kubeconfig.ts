import { open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import { codeOf } from '../../base/system-error.ts';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Lets no other command change a kubeconfig file during `change`. Creates FILE.lock for that time, as
 * kubectl does. Rejects with HostError 'invalid' if the lock of another program stays.
 */
export async function withKubeconfigLock<T>(
  path: string,
  change: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const lock = `${path}.lock`;
  const deadline = Date.now() + patienceMs;
  while (!(await canCreate(lock))) {
    if (Date.now() >= deadline) {
      throw new HostError('invalid', `another program is changing ${path}`, {
        hint: `If kubectl and Berth don't run, delete ${lock}, then try again.`,
      });
    }
    await sleep(PAUSE_MS);
  }
  try {
    return await change();
  } finally {
    await rm(lock, { force: true });
  }
}

async function canCreate(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}
