import type { Buildkit } from '../../buildkit/buildkit.ts';
import type { GuestConfig } from '../../contract/config.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Registries } from '../../engine/images/registries.ts';
import { machineUsage } from '../../runtime/machine-usage.ts';
import type { Route } from '../route.ts';
import { activityRoute } from './activity.ts';
import { auditRoute } from './audit.ts';
import { buildRoutes } from './build.ts';
import { buildPruneRoute } from './build-prune.ts';
import { buildSessionRoutes } from './build-sessions.ts';
import { containerArchiveRoutes } from './containers-archive.ts';
import { containerInfoRoutes } from './containers-info.ts';
import { containerIoRoutes } from './containers-io.ts';
import { containerLifecycleRoutes } from './containers-lifecycle.ts';
import { diskUsageRoutes } from './disk-usage.ts';
import { eventRoutes } from './events.ts';
import { execRoutes } from './exec.ts';
import { fileRoutes } from './files.ts';
import { imageRoutes } from './images.ts';
import { imageArchiveRoutes } from './images-archive.ts';
import { machineUsageRoute } from './machine-usage.ts';
import { networkRoutes } from './networks.ts';
import { pluginRoutes } from './plugins.ts';
import { prunePreviewRoute } from './prune-preview.ts';
import { registryRoutes } from './registry.ts';
import { sleepRoutes } from './sleep.ts';
import { swarmRoutes } from './swarm.ts';
import { systemRoutes } from './system.ts';
import { volumeRoutes } from './volumes.ts';

/** All routes of the API. `requests` and `requestsBegun` are the numbers of its server. */
export function engineRoutes({
  engine,
  images,
  registries,
  buildkit,
  config,
  requests,
  requestsBegun,
}: {
  readonly engine: Engine;
  readonly images: Images;
  readonly registries: Registries;
  readonly buildkit: Buildkit;
  readonly config: Pick<GuestConfig, 'registries' | 'proxy'>;
  readonly requests: () => number;
  readonly requestsBegun: () => number;
}): Route[] {
  return [
    activityRoute({ requests, requestsBegun }),
    machineUsageRoute((signal) => machineUsage(engine.directories.data, signal)),
    auditRoute({ engine, images, steps: buildkit.steps, isBusy: () => requests() > 0 }),
    ...sleepRoutes(engine),
    ...systemRoutes(engine, images, config),
    ...diskUsageRoutes(engine, images, buildkit.cache),
    prunePreviewRoute(engine, images),
    ...eventRoutes(engine),
    ...imageArchiveRoutes(engine, images),
    ...registryRoutes(registries),
    ...imageRoutes(images),
    ...buildRoutes(engine, images, buildkit),
    // Before the names of links, such as `web/db`, which match more paths.
    ...fileRoutes(engine),
    ...containerLifecycleRoutes(engine),
    ...containerInfoRoutes(engine),
    ...containerIoRoutes(engine),
    ...containerArchiveRoutes(engine),
    ...execRoutes(engine),
    ...networkRoutes(engine),
    ...volumeRoutes(engine),
    ...swarmRoutes,
    ...pluginRoutes,
    ...buildSessionRoutes(buildkit),
    buildPruneRoute(buildkit.cache),
  ];
}
