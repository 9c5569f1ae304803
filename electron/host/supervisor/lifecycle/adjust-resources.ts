import { loggerOf } from '../../base/log.ts';
import { noteApplied } from '../../home/launch-record.ts';
import { appliedSettings, pendingResources } from '../../settings/applied.ts';
import type { Bridge } from '../bridge/connection.ts';
import { changeResources } from '../guest/live-resources.ts';
import type { PublishedStatus } from './published-status.ts';
import type { StartsOptions } from './starts.ts';

const log = loggerOf('lifecycle');

/**
 * Applies the resource settings that the running VM can adopt. `isUp` becomes false if the VM stops
 * meanwhile.
 */
export async function adjustResources(
  bridge: Bridge,
  status: PublishedStatus,
  isUp: () => boolean,
  { machine, paths, settings: read }: Pick<StartsOptions, 'machine' | 'paths' | 'settings'>,
): Promise<void> {
  if (!isUp()) return;
  const settings = await read();
  if (!isUp() || pendingResources(settings, status.now).length === 0) return;
  status.change({ adjusting: true });
  const taken = await changeResources(machine, bridge, status.now, settings).catch((error) => {
    log.warn('Changing the resources', error);
    return [];
  });
  if (!isUp()) return;
  const { adjusting: _, ...now } = status.now;
  const applied = { ...now.applied, ...appliedSettings(settings, taken) };
  status.set({
    ...{ ...now, ...Object.fromEntries(taken.map((key) => [key, settings[key]])) },
    applied,
  });
  await noteApplied(paths, applied);
}
