import * as z from 'zod';
import type { PostedBuild, PostedBuilds } from '../../buildkit/control/posted-build.ts';
import { POSTED_CONTEXT } from '../../buildkit/frontend/remote-context.ts';
import { EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { familiarName } from '../../registry/reference.ts';
import { messageLines } from '../message-lines.ts';
import { flag, integer } from '../query.ts';
import { type ApiRequest, empty, type Reply } from '../route.ts';
import {
  buildArgsSchema,
  cacheImages,
  document,
  labelsSchema,
  registryCredentials,
  tagReference,
} from './build-parameters.ts';

/** Begins the build ID of a request that only uploads the context of that build. */
const UPLOAD = 'upload-request:';

/** Whether a request asks for BuildKit's builder. Throws EngineError 'invalid' if for another. */
export function wantsBuildkit(query: URLSearchParams): boolean {
  const version = query.get('version') ?? '';
  if (!['', '1', '2'].includes(version)) {
    throw new EngineError('invalid', `invalid version ${JSON.stringify(version)}`);
  }
  return version === '2';
}

/** `POST /build?version=2`: BuildKit's builder for clients that don't speak its protocol. */
export async function buildPosted(builds: PostedBuilds, request: ApiRequest): Promise<Reply> {
  const { query, signal } = request;
  const id = query.get('buildid') ?? '';
  if (id.startsWith(UPLOAD)) {
    await builds.upload(id.slice(UPLOAD.length), request.body, signal);
    return empty(200);
  }
  const lines = builds.run(postedBuild(request), signal);
  return { kind: 'stream', contentType: 'application/json', body: messageLines(lines) };
}

function postedBuild({ query, message, body }: ApiRequest): PostedBuild {
  const remote = query.get('remote') ?? '';
  return {
    attributes: attributes(query, remote),
    exporter: exporter(query),
    entitlements: query.get('networkmode') === 'host' ? ['network.host'] : [],
    session: query.get('session') ?? '',
    isQuiet: flag(query, 'q'),
    id: query.get('buildid') ?? '',
    context: body,
    awaitsUpload: remote === 'upload-request',
    credentials: registryCredentials(message.headers),
  };
}

/** The images of `--cache-from`. */
/** The same as attributes of the Dockerfile frontend. */
function attributes(query: URLSearchParams, remote: string): Record<string, string> {
  const found: Record<string, string> = {
    'image-resolve-mode': flag(query, 'pull') ? 'pull' : 'default',
    'add-hosts': query.getAll('extrahosts').flatMap(hostEntry).join(','),
    ulimit: ulimits(query),
  };
  const set = (name: string, value: string) => {
    if (value !== '') found[name] = value;
  };
  set('target', query.get('target') ?? '');
  const dockerfile = query.get('dockerfile') ?? '';
  set('filename', dockerfile === '.' ? '' : dockerfile);
  if (remote === '' || remote === 'upload-request') set('context', POSTED_CONTEXT);
  else if (remote !== 'client-session') set('context', remote);
  for (const [name, value] of Object.entries(document(query, 'buildargs', buildArgsSchema))) {
    if (value !== null) found[`build-arg:${name}`] = value;
  }
  for (const [name, value] of Object.entries(document(query, 'labels', labelsSchema))) {
    found[`label:${name}`] = value;
  }
  if (flag(query, 'nocache')) found['no-cache'] = '';
  const imports = cacheImages(query).map((ref) => ({ Type: 'registry', Attrs: { ref } }));
  if (imports.length > 0) found['cache-imports'] = JSON.stringify(imports);
  const platform = query.get('platform') ?? '';
  if (platform !== '') parsePlatform(platform);
  set('platform', platform);
  set('force-network-mode', networkMode(query.get('networkmode') ?? ''));
  const shmSize = integer(query, 'shmsize') ?? 0;
  set('shm-size', shmSize > 0 ? String(shmSize) : '');
  return found;
}

function networkMode(mode: string): string {
  if (mode === 'host' || mode === 'none') return mode;
  if (mode === '' || mode === 'default') return '';
  throw new EngineError(
    'invalid',
    `network mode ${JSON.stringify(mode)} not supported by buildkit`,
  );
}

/** `name:address` becomes `name=address`. The address of IPv6 has colons too. */
function hostEntry(text: string): string[] {
  return text
    .split(',')
    .filter(Boolean)
    .map((entry) => entry.replace(/[:=]/, '='));
}

const ulimitsSchema = z
  .array(z.object({ Name: z.string(), Soft: z.number().int(), Hard: z.number().int() }))
  .nullish();

function ulimits(query: URLSearchParams): string {
  const list = document(query, 'ulimits', ulimitsSchema) ?? [];
  return list.map(({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`).join(',');
}

const outputsSchema = z
  .array(z.object({ Type: z.string(), Attrs: z.record(z.string(), z.string()).nullish() }))
  .nullish();

/** Without an output, the result becomes an image in the store. */
function exporter(query: URLSearchParams): PostedBuild['exporter'] {
  const tags = query.getAll('t').filter(Boolean).map(tagReference).map(familiarName);
  const [output, another] = document(query, 'outputs', outputsSchema) ?? [];
  if (another !== undefined) {
    throw new EngineError('invalid', 'multiple outputs not supported');
  }
  const type = output?.Type ?? 'moby';
  // The steps run, and their result goes nowhere.
  if (type === 'cacheonly') return { type: '', attributes: {} };
  const names: Record<string, string> = {};
  if (['moby', 'image'].includes(type) && tags.length > 0) names.name = tags.join(',');
  return { type, attributes: { ...output?.Attrs, ...names } };
}
