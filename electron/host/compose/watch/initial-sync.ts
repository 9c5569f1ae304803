import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessMissing } from '../../base/system-error.ts';
import { inspectImage } from '../../engine/images.ts';
import { listProjectContainers } from '../apply/observe.ts';
import type { Watching } from './changes.ts';
import { containerPath, copies, type WatchRule } from './rules.ts';
import { type SyncedPath, syncPaths } from './sync.ts';

/**
 * Copies the files that changed after the service's image was built, for rules with `initial_sync`.
 * Rejects with HostError.
 */
export async function syncInitially(watching: Watching, signal: AbortSignal): Promise<void> {
  const { host, project } = watching;
  for (const rule of watching.rules) {
    if (!rule.trigger.initial_sync || !copies(rule.trigger)) continue;
    const { service } = rule;
    const containers = await listProjectContainers(host.engine, project.name);
    const container = containers.find((each) => each.service === service);
    if (container === undefined) continue;
    const { Created } = await inspectImage(host.engine, container.imageId);
    const since = Date.parse(Created ?? '') || 0;
    const paths: SyncedPath[] = [];
    for await (const path of newerFiles(rule, rule.trigger.path, since)) {
      const place = containerPath(rule, path);
      if (place !== undefined) paths.push({ host: path, container: place });
    }
    if (paths.length === 0) continue;
    await syncPaths(host.engine, { project: project.name, service }, paths, signal);
  }
}

async function* newerFiles(rule: WatchRule, path: string, since: number): AsyncGenerator<string> {
  const stats: Stats | undefined = await lstat(path).catch(unlessMissing);
  if (stats?.isDirectory()) {
    if (path !== rule.trigger.path && rule.leavesOut(path)) return;
    for (const name of await readdir(path)) yield* newerFiles(rule, join(path, name), since);
  } else if (stats && stats.mtimeMs >= since && rule.matches(path)) yield path;
}
