import { lookup } from 'node:dns/promises';
import { loggerOf } from '../../base/log.ts';
import { type Check, ok, skipped, warn } from '../check.ts';

const log = loggerOf('doctor');

/** Whether the web addresses of containers resolve on the host. */
export const containerNames: Check = {
  name: 'container addresses',
  needsMachine: true,
  async run({ host, status }) {
    const { containerNames: setting } = await host.settings.read();
    if (setting === 'off') return skipped('turned off by `containerNames` in the settings');
    const { domains } = status;
    if (!domains) return skipped('no running container serves web pages');
    const urls = domains.list.flatMap(({ urls }) => urls);
    const name = domains.list[0]?.urls.at(-1) ?? '';
    const found = (await isFound(name)) ? '' : '; programs other than browsers may not resolve it';
    const where = `${name} works${found}`;
    const local = urls.find((url) => new URL(url).hostname.endsWith('.local'));
    if (setting !== 'local') return ok(where);
    if (local && (await isFound(local))) return ok(`${where}; ${local} also works`);
    return warn(
      `${where}; addresses in berth.local don't`,
      local
        ? `Berth publishes them, but the host doesn't resolve them. See docs/names.md.`
        : `The system doesn't publish them. On Linux, install avahi-utils and make sure that Avahi runs.`,
    );
  },
};

/** Uses the system's resolver; browsers resolve `.localhost` themselves. */
async function isFound(url: string): Promise<boolean> {
  const { hostname } = new URL(url);
  const found = await log.attempt(`Looking up ${hostname}`, lookup(hostname));
  return found !== undefined && (found.address === '::1' || found.address.startsWith('127.'));
}
