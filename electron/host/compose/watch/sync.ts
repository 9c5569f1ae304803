import { lstat } from 'node:fs/promises';
import { packEntries } from '../../archive/pack-local.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { unlessMissing } from '../../base/system-error.ts';
import { writePath } from '../../engine/archives.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { removeFile } from '../../engine/files.ts';
import { listProjectContainers } from '../apply/observe.ts';

/** A path of the host, and where it belongs in a container. */
export interface SyncedPath {
  readonly host: string;
  readonly container: string;
}

/**
 * Copies files into all containers of a service, for the user that the container runs as, and
 * removes those that the host no longer has. Rejects with HostError if one of the containers fails,
 * after all have been tried.
 */
export async function syncPaths(
  client: EngineClient,
  { project, service }: { readonly project: string; readonly service: string },
  paths: readonly SyncedPath[],
  signal: AbortSignal,
): Promise<void> {
  const all = await listProjectContainers(client, project);
  const containers = all.filter((each) => each.service === service && !each.oneoff);
  const present: SyncedPath[] = [];
  const gone: SyncedPath[] = [];
  for (const path of paths) {
    const found = await lstat(path.host).catch(unlessMissing);
    (found ? present : gone).push(path);
  }
  const results = await Promise.allSettled(
    containers.map(async ({ id }) => {
      const place = { kind: 'container', id } as const;
      for (const { container } of gone) {
        await removeFile(client, place, container).catch(unlessGone);
      }
      if (present.length === 0) return;
      // Entries are relative to the root.
      const entries = present.map(({ host, container }) => [host, container.slice(1)] as const);
      await writePath(client, place, '/', packEntries(entries), { copyUIDGID: true, signal });
    }),
  );
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [`copying files to ${containers[index]?.name}: ${reasonOf(result.reason)}`]
      : [],
  );
  if (failures.length > 0) throw new HostError('engine', failures.join('\n'));
}

function unlessGone(error: unknown): void {
  if (!(error instanceof HostError) || error.status !== 404) throw error;
}
