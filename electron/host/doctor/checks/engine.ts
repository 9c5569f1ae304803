import { engineVersion } from '../../engine/system.ts';
import { type Check, ok } from '../check.ts';

/** The engine answers on its socket. */
export const engine: Check = {
  name: 'engine',
  needsMachine: true,
  async run({ host }) {
    const { Version, ApiVersion } = await engineVersion(host.engine);
    return ok(`version ${Version}, API ${ApiVersion}, at ${host.machine.engineSocket}`);
  },
};
