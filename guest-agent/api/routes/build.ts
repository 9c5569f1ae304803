import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { build } from '../../build/build.ts';
import { RunFailed } from '../../build/instructions/run-failed.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { Buildkit } from '../../buildkit/buildkit.ts';
import { hostConfigSchema } from '../../engine/containers/request/config.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { messageLines } from '../message-lines.ts';
import { flag, integer } from '../query.ts';
import { empty, type Route } from '../route.ts';
import {
  buildArgsSchema,
  cacheImages,
  document,
  labelsSchema,
  registryCredentials,
  tagReference,
} from './build-parameters.ts';
import { buildPosted, wantsBuildkit } from './build-posted.ts';

/** `POST /build`, `POST /build/cancel` */
export function buildRoutes(
  engine: Engine,
  images: Images,
  buildkit: Pick<Buildkit, 'posted'>,
): Route[] {
  return [
    {
      method: 'POST',
      path: '/build',
      handle: async (request) => {
        const { query, message, signal } = request;
        if (wantsBuildkit(query)) return buildPosted(buildkit.posted, request);
        const options = buildOptions(query, message.headers);
        const source = { body: request.body, remote: query.get('remote') ?? '' };
        const progress = build(engine, images, source, options, signal);
        return {
          kind: 'stream',
          contentType: 'application/json',
          body: messageLines(progress, exitCode),
        };
      },
    },
    {
      method: 'POST',
      path: '/build/cancel',
      handle: async ({ query }) => {
        const id = query.get('id') ?? '';
        if (id === '') throw new EngineError('invalid', 'build ID not provided');
        buildkit.posted.cancel(id);
        return empty(200);
      },
    },
  ];
}

function buildOptions(query: URLSearchParams, headers: IncomingHttpHeaders): BuildOptions {
  if (flag(query, 'squash')) {
    throw new EngineError('invalid', 'squash is only supported with experimental mode');
  }
  const outputs = query.get('outputs');
  if (outputs && outputs !== '[]' && outputs !== 'null') {
    throw new EngineError(
      'not-implemented',
      "the classic builder has no outputs. Build with docker's buildx",
    );
  }
  const platform = query.get('platform');
  const credentials = registryCredentials(headers);
  return {
    dockerfile: query.get('dockerfile') ?? '',
    tags: query.getAll('t').filter(Boolean).map(tagReference),
    buildArgs: document(query, 'buildargs', buildArgsSchema),
    labels: document(query, 'labels', labelsSchema),
    target: query.get('target') ?? '',
    platform: platform ? parsePlatform(platform) : undefined,
    useCache: !flag(query, 'nocache'),
    cacheFrom: cacheImages(query),
    alwaysPull: flag(query, 'pull'),
    quiet: flag(query, 'q'),
    remove: flag(query, 'rm', true),
    forceRemove: flag(query, 'forcerm'),
    hostConfig: hostConfig(query),
    ...{ credentials, mirrorCredentials: credentials },
  };
}

/** Limits and similar settings, under their names in a build request. */
function hostConfig(query: URLSearchParams): BuildOptions['hostConfig'] {
  const number = (name: string) => integer(query, name) ?? 0;
  return hostConfigSchema.parse({
    NetworkMode: query.get('networkmode') ?? '',
    Memory: number('memory'),
    MemorySwap: number('memswap'),
    CpuShares: number('cpushares'),
    CpuPeriod: number('cpuperiod'),
    CpuQuota: number('cpuquota'),
    CpusetCpus: query.get('cpusetcpus') ?? '',
    CpusetMems: query.get('cpusetmems') ?? '',
    ShmSize: number('shmsize'),
    Ulimits: document(query, 'ulimits', hostConfigSchema.shape.Ulimits),
    ExtraHosts: query
      .getAll('extrahosts')
      .flatMap((text) => text.split(','))
      .filter(Boolean),
    SecurityOpt: document(query, 'securityopt', z.array(z.string()).nullish()),
  });
}

/** The exit code of a command. The client exits with the same code. */
function exitCode(error: unknown): object {
  return error instanceof RunFailed ? { code: error.exitCode } : {};
}
