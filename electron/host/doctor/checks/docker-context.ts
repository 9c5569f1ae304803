import { dockerContextState } from '../../docker-cli/docker-context.ts';
import { type Check, ok, warn } from '../check.ts';

/** `docker` has a context that leads to the machine. */
export const dockerContext: Check = {
  name: 'docker context',
  async run({ host: { name, machine, credentials } }) {
    const target = { name, engineSocket: machine.engineSocket };
    const context = await dockerContextState(target, credentials.path);
    const install = '`berth context install` makes it.';
    switch (context.state) {
      case 'absent':
        return ok(`there is none called "${context.name}"; ${install}`);
      case 'foreign':
        return warn(
          `there is one called "${context.name}" that leads elsewhere`,
          `\`docker context rm ${context.name}\`, then \`berth context install\`.`,
        );
      case 'stale':
        return warn(`"${context.name}" leads to where the engine was before`, install);
      case 'current':
        return ok(
          context.used === context.name
            ? `"${context.name}" is the current one`
            : `"${context.name}" is there; docker uses "${context.used}"`,
        );
    }
  },
};
