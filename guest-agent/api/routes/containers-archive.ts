import { containerChanges } from '../../engine/containers/files/changes.ts';
import {
  archiveContainerPath,
  exportContainer,
  extractIntoContainer,
  statContainerPath,
} from '../../engine/containers/files/copy.ts';
import type { Engine } from '../../engine/engine.ts';
import { pathStatHeader } from '../path-stat-header.ts';
import { flag, requiredPath } from '../query.ts';
import { empty, json, type Route } from '../route.ts';

/** Copies files out of containers and into them. */
export function containerArchiveRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'HEAD',
      path: '/containers/:id/archive',
      handle: async ({ params, query }) => {
        const stat = await statContainerPath(engine, params.id ?? '', requiredPath(query));
        return { ...empty(200), headers: pathStatHeader(stat) };
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/archive',
      handle: async ({ params, query }) => {
        const path = requiredPath(query);
        const { stat, tar } = await archiveContainerPath(engine, params.id ?? '', path);
        const headers = pathStatHeader(stat);
        return { kind: 'stream', contentType: 'application/x-tar', body: tar, headers };
      },
    },
    {
      method: 'PUT',
      path: '/containers/:id/archive',
      handle: async ({ params, query, body }) => {
        await extractIntoContainer(
          engine,
          params.id ?? '',
          {
            path: requiredPath(query),
            noOverwriteDirNonDir: flag(query, 'noOverwriteDirNonDir'),
            copyUidGid: flag(query, 'copyUIDGID'),
            intoReadOnly: flag(query, 'intoReadOnly'),
          },
          body,
        );
        return empty(200);
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/export',
      handle: async ({ params }) => {
        const tar = await exportContainer(engine, engine.containers.get(params.id ?? ''));
        return { kind: 'stream', contentType: 'application/octet-stream', body: tar };
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/changes',
      handle: async ({ params }) => {
        const container = engine.containers.get(params.id ?? '');
        const changes = await containerChanges(engine, container);
        return json(changes.map(({ path, kind }) => ({ Path: path, Kind: KINDS[kind] })));
      },
    },
  ];
}

const KINDS = { changed: 0, added: 1, deleted: 2 };
