import { dockerContextState } from '../../docker-cli/docker-context.ts';
import { type Check, ok, warn } from '../check.ts';

/** Whether `docker` has a context for the VM. */
export const dockerContext: Check = {
  name: 'docker context',
  async run({ host: { name, machine, credentials } }) {
    const target = { name, engineSocket: machine.engineSocket };
    const context = await dockerContextState(target, credentials.path);
    const install = 'Run `berth context install` to create it.';
    switch (context.state) {
      case 'absent':
        return ok(`the context "${context.name}" doesn't exist. ${install}`);
      case 'foreign':
        return warn(
          `"${context.name}" exists, but leads to another engine`,
          `Run \`docker context rm ${context.name}\`, then \`berth context install\`.`,
        );
      case 'stale':
        return warn(`"${context.name}" leads to a former address of the engine`, install);
      case 'current':
        return ok(
          context.used === context.name
            ? `"${context.name}" is the current one`
            : `"${context.name}" exists; docker uses "${context.used}"`,
        );
    }
  },
};
