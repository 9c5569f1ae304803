import type { MessageInitShape } from '@bufbuild/protobuf';
import { nativePlatform } from '../../registry/platform.ts';
import { version } from '../../version.ts';
import type { PrunePolicy } from '../cache/policy.ts';
import type { WorkerRecordSchema } from '../generated/github.com/moby/buildkit/api/types/worker_pb.js';
import type { PongResponseSchema } from '../generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { gcPolicy } from './disk-usage.ts';

/** The version of BuildKit whose protocol and Dockerfiles Berth follows. */
export const buildkitVersion = {
  package: 'berth',
  version: 'v0.25.2',
  revision: version,
};

const label = (name: string) => `org.mobyproject.buildkit.worker.${name}`;

/**
 * The only worker. Because of the label of a snapshotter, clients ask the engine itself to push, and
 * ask for indexes, archives and caches too.
 */
export function worker(
  hostGateway: string,
  policies: readonly PrunePolicy[] = [],
): MessageInitShape<typeof WorkerRecordSchema> {
  const { architecture, os, variant } = nativePlatform();
  return {
    ID: 'berth',
    Labels: {
      [label('executor')]: 'berth',
      [label('snapshotter')]: 'overlayfs',
      [label('moby.host-gateway-ip')]: hostGateway,
    },
    platforms: [{ Architecture: architecture, OS: os, Variant: variant ?? '' }],
    BuildkitVersion: buildkitVersion,
    GCPolicy: policies.map(gcPolicy),
  };
}

/** What the frontend's API can do. `return` is what clients steer builds with. */
const FRONTEND = [
  ...['solve.base', 'solve.inlinereturn', 'resolveimage', 'readfile', 'readdir', 'statfile'],
  ...['return', 'returnmap', 'proto.refarray', 'reference.output', 'frontend.inputs'],
  'gateway.evaluate',
];
/**
 * Which definitions clients may send: one source, for a Dockerfile or a bake file elsewhere. Also what
 * they ask about before other calls, such as a prune by the free space.
 */
const DEFINITIONS = [
  ...['source.local', 'source.http', 'source.git', 'source.git.fullurl'],
  ...['platform', 'constraints', 'meta.description', 'exporter.multiple'],
  ...['exporter.image.attestations', 'exporter.image.annotations', 'exporter.sourcedateepoch'],
  // Without these, clients drop such caches silently. The engine refuses them with an error.
  ...['cache.gha', 'cache.s3', 'cache.azblob'],
  'gc.freespacefilter',
];

export function capabilities(hostGateway: string): MessageInitShape<typeof PongResponseSchema> {
  const enabled = (names: readonly string[]) => names.map((ID) => ({ ID, Enabled: true }));
  return {
    FrontendAPICaps: enabled(FRONTEND),
    LLBCaps: enabled(DEFINITIONS),
    Workers: [worker(hostGateway)],
  };
}
