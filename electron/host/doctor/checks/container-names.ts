import { lookup } from 'node:dns/promises';
import { loggerOf } from '../../base/log.ts';
import { type Check, ok, skipped, warn } from '../check.ts';

const log = loggerOf('doctor');

/** The names that containers have on this computer, and who finds them. */
export const containerNames: Check = {
  name: 'container names',
  needsMachine: true,
  async run({ host, status }) {
    const { containerNames: setting } = await host.settings.read();
    if (setting === 'off') return skipped('the setting containerNames turns them off');
    const { domains } = status;
    if (!domains) return skipped('no container runs that serves the web');
    const urls = domains.list.flatMap(({ urls }) => urls);
    const name = domains.list[0]?.urls.at(-1) ?? '';
    const found = (await isFound(name)) ? '' : '; programs that are no browsers may not find it';
    const where = `${name} works${found}`;
    const local = urls.find((url) => new URL(url).hostname.endsWith('.local'));
    if (setting !== 'local') return ok(where);
    if (local && (await isFound(local))) return ok(`${where}; ${local} does, too`);
    return warn(
      `${where}; names in berth.local do not`,
      local
        ? 'They are published, but this computer does not look them up: see docs/names.md.'
        : 'The system does not publish them: on Linux, Avahi has to run, with avahi-utils installed.',
    );
  },
};

/** By the system's resolver; browsers know `.localhost` without it. */
async function isFound(url: string): Promise<boolean> {
  const { hostname } = new URL(url);
  const found = await log.attempt(`Looking up ${hostname}`, lookup(hostname));
  return found !== undefined && (found.address === '::1' || found.address.startsWith('127.'));
}
