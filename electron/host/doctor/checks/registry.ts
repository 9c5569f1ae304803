import { HostError } from '../../base/errors.ts';
import { type Check, ok, warn } from '../check.ts';

/** Whether the engine can reach Docker Hub. */
export const registry: Check = {
  name: 'registry',
  needsMachine: true,
  async run({ host }) {
    try {
      await host.engine.json('GET', '/distribution/docker.io/library/busybox/json');
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return warn(
        `Docker Hub didn't answer correctly: ${error.message}`,
        'You can still use images that were already pulled. Check the network, and the proxy if you use one.',
      );
    }
    return ok('Docker Hub answers');
  },
};
