import { appLogPath, cliLogPath } from '../../home/paths.ts';
import { type Check, ok } from '../check.ts';

/** The places to look for errors. */
export const logs: Check = {
  name: 'logs',
  async run({ host: { home, paths } }) {
    const files = [paths.supervisorLog, appLogPath(home), cliLogPath(home)];
    return ok(`${files.join(', ')}; BERTH_LOG=debug makes them say more`);
  },
};
