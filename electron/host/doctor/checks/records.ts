import { engineWarnings } from '../../engine/system.ts';
import { type Check, ok, warn } from '../check.ts';

/** Whether the records of containers, images, volumes and networks on the data disk are intact. */
export const records: Check = {
  name: 'records',
  needsMachine: true,
  async run({ host: { engine, name } }) {
    const warnings = await engineWarnings(engine);
    if (warnings.length === 0) return ok('whole');
    return warn(
      warnings.join(' '),
      `The host's disk may be failing, or the host lost power. For the reasons, run \`berth machine ssh ${name} cat /var/log/berth/agent.log\`.`,
    );
  },
};
