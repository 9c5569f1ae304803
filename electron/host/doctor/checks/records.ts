import { engineWarnings } from '../../engine/system.ts';
import { type Check, ok, warn } from '../check.ts';

/** The records of containers, images, volumes and networks on the data disk are whole. */
export const records: Check = {
  name: 'records',
  needsMachine: true,
  async run({ host: { engine, name } }) {
    const warnings = await engineWarnings(engine);
    if (warnings.length === 0) return ok('whole');
    return warn(
      warnings.join(' '),
      `The computer's disk may be failing, or have lost power. Why each can't be read: \`berth machine ssh ${name} cat /var/log/berth/agent.log\`.`,
    );
  },
};
