import { existsSync } from 'node:fs';
import { HostError } from '../../base/errors.ts';
import { acquireLock } from '../../home/lock.ts';
import { callSupervisor } from '../../machine/call.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const patienceMs = 5_000;

/** Whether the background process answers, or isn't needed. */
export const supervisor: Check = {
  name: 'supervisor',
  async run({ host: { paths, name }, status }) {
    if (!existsSync(paths.lock)) return ok('the VM was never started');
    const lock = acquireLock(paths.lock);
    if (lock) {
      lock.release();
      if (status.failure && status.pid) {
        return warn(status.failure.message, status.failure.hint ?? 'Start the VM.');
      }
      // On Windows, a pipe disappears with its process.
      if (existsSync(paths.engineSocket)) {
        return warn(
          `nothing answers at ${paths.engineSocket}, because the background process was killed`,
          `Run \`berth machine start ${name}\`. Until then, \`docker\` can't connect.`,
        );
      }
      return ok(`not running, and not needed`);
    }
    try {
      const limit = AbortSignal.timeout(patienceMs);
      const call = callSupervisor(paths.controlSocket, { call: 'status' }, { signal: limit });
      for await (const _ of call) return ok('it answers');
      return fail('it sent an empty answer', hint(name));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return fail(`it runs, but doesn't answer`, hint(name));
    }
  },
};

const hint = (name: string) =>
  `End the process whose command line ends with \`${name}\`. The next start takes over the VM.`;
