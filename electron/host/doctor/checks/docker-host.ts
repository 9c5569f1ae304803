import { dockerHost } from '../../docker-cli/docker-context.ts';
import { type Check, ok, warn } from '../check.ts';

/** No variable has `docker` speak to something else. */
export const dockerHostVariable: Check = {
  name: 'DOCKER_HOST',
  async run({ host, environment }) {
    const value = environment.DOCKER_HOST;
    if (!value) return ok('not set');
    if (value === dockerHost(host.machine.engineSocket)) return ok('leads to this machine');
    const user = /\/\/[^/@]*@/;
    return warn(
      `is ${value.replace(user, '//…@')}: docker speaks to that, not to this machine`,
      'Unset it, or `eval "$(berth env)"`.',
    );
  },
};
