import { engineTime } from '../../engine/system.ts';
import { type Check, fail, ok, skipped, warn } from '../check.ts';

/** The machine's clock tells the computer's time: certificates and caches depend on it. */
export const clock: Check = {
  name: 'clock',
  needsMachine: true,
  async run({ host }) {
    const asked = Date.now();
    const time = await engineTime(host.engine);
    if (!time) return skipped('the engine does not tell its time');
    const now = (asked + Date.now()) / 2;
    const seconds = (Date.parse(time) - now) / 1000;
    // What the call took counts for nothing.
    const off = Math.max(0, Math.abs(seconds) - (Date.now() - asked) / 2000);
    const message = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'} the computer's`;
    const hint = 'Stop and start the machine: it takes the time from the computer.';
    if (off > 60) return fail(message, hint);
    return off > 2 ? warn(message, hint) : ok(message);
  },
};
