import { existsSync } from 'node:fs';
import { HostError } from '../../base/errors.ts';
import { acquireLock } from '../../home/lock.ts';
import { callSupervisor } from '../../machine/call.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const patienceMs = 5_000;

/** The process that owns the machine answers, or is not there. */
export const supervisor: Check = {
  name: 'supervisor',
  async run({ host: { paths, name }, status }) {
    if (!existsSync(paths.lock)) return ok('the machine was never started');
    const lock = acquireLock(paths.lock);
    if (lock) {
      lock.release();
      if (status.failure && status.pid) {
        return warn(status.failure.message, status.failure.hint ?? 'Start the machine.');
      }
      // On Windows, a pipe goes with its process.
      if (existsSync(paths.engineSocket)) {
        return warn(
          `nobody answers at ${paths.engineSocket}: the process that did was killed`,
          `Start the machine, \`berth machine start ${name}\`: until then, \`docker\` is refused.`,
        );
      }
      return ok('none runs, none is needed');
    }
    try {
      const limit = AbortSignal.timeout(patienceMs);
      const call = callSupervisor(paths.controlSocket, { call: 'status' }, { signal: limit });
      for await (const _ of call) return ok('it answers');
      return fail('it answers with nothing', hint(name));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return fail('it runs, and does not answer', hint(name));
    }
  },
};

const hint = (name: string) =>
  `End its process by hand: its command line ends with \`${name}\`. The machine is taken over by the next start.`;
