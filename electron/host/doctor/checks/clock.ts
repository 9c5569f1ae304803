import { engineTime } from '../../engine/system.ts';
import { type Check, fail, ok, skipped, warn } from '../check.ts';

/** Whether the VM's clock matches the host's. Certificates and caches depend on it. */
export const clock: Check = {
  name: 'clock',
  needsMachine: true,
  async run({ host }) {
    const asked = Date.now();
    const time = await engineTime(host.engine);
    if (!time) return skipped(`the engine didn't report its time`);
    const now = (asked + Date.now()) / 2;
    const seconds = (Date.parse(time) - now) / 1000;
    // Don't count the time that the call took.
    const off = Math.max(0, Math.abs(seconds) - (Date.now() - asked) / 2000);
    const message = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'} the host's clock`;
    const hint = 'Stop and start the VM. It takes the time from the host when it starts.';
    if (off > 60) return fail(message, hint);
    return off > 2 ? warn(message, hint) : ok(message);
  },
};
