import type { Integration } from '../install/integration.ts';
import { dockerConfigPath } from './docker-config.ts';
import {
  type ContextTarget,
  dockerContextState,
  installDockerContext,
  removeDockerContext,
} from './docker-context.ts';

/** The `docker` context of a VM, as the app shows it. */
export function dockerContextIntegration(
  target: ContextTarget,
  config = dockerConfigPath(),
): Integration {
  return {
    async state() {
      const { state } = await dockerContextState(target, config);
      if (state === 'foreign') return 'foreign';
      return state === 'current' ? 'present' : 'absent';
    },
    install: async () => void (await installDockerContext(target, config)),
    remove: async () => void (await removeDockerContext(target, config)),
  };
}
