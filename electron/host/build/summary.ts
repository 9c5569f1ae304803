import { posix, win32 } from 'node:path';
import type { BuildRequest, BuildSummary } from '../../api/builds.ts';
import { type BuildHistoryRecord, timeOf } from '../buildkit/build-history.ts';
import { statusSource } from '../buildkit/error-source.ts';

/** What the list of builds shows of a build of any client. */
export function buildSummary(record: BuildHistoryRecord): BuildSummary {
  const { Ref, CreatedAt, CompletedAt, ExporterResponse, FrontendAttrs } = record;
  const startedAt = timeOf(CreatedAt) ?? 0;
  const completedAt = timeOf(CompletedAt);
  const request = requestOf(record);
  const result = resultOf(record);
  const imageId = ExporterResponse['containerimage.config.digest'];
  const fallback = FrontendAttrs.target || FrontendAttrs.filename || Ref;
  return {
    id: Ref,
    name: tagOf(record) ?? (request ? baseName(request.directory) : fallback),
    ...(request && { request }),
    startedAt: new Date(startedAt).toISOString(),
    ...(completedAt !== undefined && { milliseconds: Math.max(0, completedAt - startedAt) }),
    result,
    steps: { total: record.numTotalSteps, cached: record.numCachedSteps },
    warnings: record.numWarnings,
    ...(result === 'built' && imageId && { imageId }),
    ...(result === 'failed' && { failure: failureOf(record) }),
  };
}

function resultOf({ CompletedAt, error }: BuildHistoryRecord): BuildSummary['result'] {
  if (CompletedAt === undefined) return 'running';
  if (error === undefined) return 'built';
  return error.message.endsWith('context canceled') ? 'cancelled' : 'failed';
}

function failureOf({ error, FrontendAttrs }: BuildHistoryRecord): BuildSummary['failure'] {
  if (error === undefined) return { message: 'The build failed' };
  const { message } = error;
  const source = statusSource(error);
  if (source === undefined) return { message };
  const { first, last, text } = source;
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => ({
      ...{ number: index + 1, text: line },
      isMarked: index + 1 >= first && index + 1 <= last,
    }));
  return {
    message,
    line: first,
    quote: {
      file: source.filename || FrontendAttrs.filename || 'Dockerfile',
      lines: lines.slice(Math.max(0, first - 3), last + 2),
    },
  };
}

/** The request that makes the same build again, if the build tells where its folder is. */
function requestOf(record: BuildHistoryRecord): BuildRequest | undefined {
  const { FrontendAttrs: attributes } = record;
  const directory = attributes['vcs:localdir:context'];
  if (!directory) return undefined;
  const { target, platform, filename } = attributes;
  const place = attributes['vcs:localdir:dockerfile'];
  const tag = tagOf(record);
  const args = Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith('build-arg:') ? [[name.slice('build-arg:'.length), value] as const] : [],
  );
  const inContext = place === undefined || place === directory;
  const dockerfile = inContext ? filename : joinPath(place, filename ?? 'Dockerfile');
  return {
    directory,
    ...(dockerfile && dockerfile !== 'Dockerfile' && { dockerfile }),
    ...(tag && { tag }),
    ...(args.length > 0 && { args: Object.fromEntries(args) }),
    ...(target && { target }),
    ...(platform && { platform }),
    ...(attributes['no-cache'] === '' && { noCache: true }),
    ...(attributes['image-resolve-mode'] === 'pull' && { pull: true }),
  };
}

function tagOf({ Exporters }: BuildHistoryRecord): string | undefined {
  const names = Exporters.map(({ Attrs }) => Attrs.name).find(Boolean);
  return names?.split(',')[0]?.replace(/^docker\.io\/(library\/)?/, '');
}

const pathOf = (path: string) => (/^[a-zA-Z]:|\\/.test(path) ? win32 : posix);
const baseName = (path: string) => pathOf(path).basename(path) || path;
const joinPath = (directory: string, name: string) => pathOf(directory).join(directory, name);
