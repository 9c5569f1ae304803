import { engineVersion } from '../../engine/system.ts';
import { restartAdvice } from '../../home/restart-advice.ts';
import { type Check, fail, ok } from '../check.ts';

/** Whether the engine answers on its socket. */
export const engine: Check = {
  name: 'engine',
  needsMachine: true,
  async run({ host, status }) {
    const { engineNotAnsweringSince: since } = status;
    if (since) return fail(`not answering since ${since}`, restartAdvice(host.name));
    const { Version, ApiVersion } = await engineVersion(host.engine);
    return ok(`version ${Version}, API ${ApiVersion}, at ${host.machine.engineSocket}`);
  },
};
