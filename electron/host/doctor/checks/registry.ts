import { HostError } from '../../base/errors.ts';
import { type Check, ok, warn } from '../check.ts';

/** The engine reaches the registry that most images come from. */
export const registry: Check = {
  name: 'registry',
  needsMachine: true,
  async run({ host }) {
    try {
      await host.engine.json('GET', '/distribution/docker.io/library/busybox/json');
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return warn(
        `Docker Hub does not answer as it should: ${error.message}`,
        'Images that are here already can be used. Check the network, and the proxy if there is one.',
      );
    }
    return ok('Docker Hub answers');
  },
};
