import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { sha256 } from '../../store/digest.ts';
import type { StandInUploads } from './stand-in-uploads.ts';
import type { TestImage } from './test-image.ts';

/** The registry's behaviour. Everything can be changed while it runs. */
export interface Behaviour {
  /** Images by `repository:tag`. */
  images: Record<string, TestImage>;
  /** Requires a bearer token, which needs this password, or none if `anonymous`. */
  auth?: 'anonymous' | { readonly username: string; readonly password: string };
  /** Redirects blobs to another origin, as registries on cloud storage do. */
  redirectBlobs?: boolean;
  /** Answers every blob request with the whole blob. */
  ignoreRanges?: boolean;
  /** Breaks the connection after `afterBytes` bytes of a blob, for the first `times` answers. */
  cutBlobs?: { readonly afterBytes: number; times: number };
  /** The digest of a blob that is sent with one bit changed. */
  tamperBlob?: string;
  /** Answers the first `times` requests below `/v2/REPOSITORY` with this status. */
  fail?: {
    readonly status: number;
    times: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** The results of searches. */
  found?: readonly object[];
  /** Accepts pushes. Without this, nothing can be uploaded. */
  uploads?: StandInUploads;
  /** The value of the manifests' `Docker-Content-Digest` header. */
  announceDigest?: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A registry in this process, on loopback, with configurable faults. */
export interface StandInRegistry {
  readonly host: string;
  readonly behaviour: Behaviour;
  /** Requests to the registry. */
  readonly requests: SeenRequest[];
  /** Requests to the storage to which blobs can be redirected. */
  readonly storageRequests: SeenRequest[];
  stop(): Promise<void>;
}

const TOKEN = 'stand-in-token';

export async function startStandInRegistry(behaviour: Behaviour): Promise<StandInRegistry> {
  const requests: SeenRequest[] = [];
  const storageRequests: SeenRequest[] = [];
  const storage = await listen((request, response) => {
    storageRequests.push(seen(request));
    sendBlob(behaviour, request, response);
  });
  const registry = await listen(async (request, response) => {
    requests.push(seen(request));
    await answer(behaviour, registry.host, storage.host, request, response);
  });
  return {
    host: registry.host,
    behaviour,
    requests,
    storageRequests,
    stop: async () => {
      await registry.stop();
      await storage.stop();
    },
  };
}

async function answer(
  behaviour: Behaviour,
  host: string,
  storageHost: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${host}`);
  if (url.pathname === '/token') {
    sendToken(behaviour, url, request, response);
    return;
  }
  if (behaviour.auth !== undefined && request.headers.authorization !== `Bearer ${TOKEN}`) {
    const [, path = ''] = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname) ?? [];
    response.setHeader(
      'www-authenticate',
      `Bearer realm="http://${host}/token",service="stand-in",scope="repository:${path}:pull"`,
    );
    sendError(response, 401, 'UNAUTHORIZED', 'authentication required');
    return;
  }
  if (behaviour.fail !== undefined && behaviour.fail.times > 0 && url.pathname !== '/v2/') {
    behaviour.fail.times--;
    response.writeHead(behaviour.fail.status, behaviour.fail.headers).end(behaviour.fail.body);
    return;
  }
  if (await behaviour.uploads?.answer(url, request, response)) return;
  if (url.pathname === '/v1/search' && behaviour.found !== undefined) {
    response.end(JSON.stringify({ results: behaviour.found }));
  } else if (url.pathname === '/v2/') {
    response.end('{}');
  } else if (url.pathname.endsWith('/tags/list')) {
    sendTags(behaviour, url, response);
  } else if (url.pathname.includes('/manifests/')) {
    sendManifest(behaviour, url, response);
  } else if (behaviour.redirectBlobs) {
    response.writeHead(307, { location: `http://${storageHost}${url.pathname}?signed` }).end();
  } else {
    sendBlob(behaviour, request, response);
  }
}

function sendToken(
  { auth }: Behaviour,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const wanted =
    typeof auth === 'object'
      ? `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
      : undefined;
  const granted =
    url.searchParams.get('service') === 'stand-in' && request.headers.authorization === wanted;
  if (granted) response.end(JSON.stringify({ token: TOKEN, expires_in: 60 }));
  else sendError(response, 401, 'UNAUTHORIZED', 'incorrect username or password');
}

/** Sends one tag per page. */
function sendTags({ images }: Behaviour, url: URL, response: ServerResponse): void {
  const [, name = ''] = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname) ?? [];
  const tags = Object.keys(images)
    .filter((key) => key.startsWith(`${name}:`))
    .map((key) => key.slice(name.length + 1))
    .sort();
  const place = tags.indexOf(url.searchParams.get('last') ?? '') + 1;
  if (place + 1 < tags.length) {
    response.setHeader('link', `<${url.pathname}?last=${tags[place]}>; rel="next"`);
  }
  response.end(JSON.stringify({ name, tags: tags.slice(place, place + 1) }));
}

function sendManifest(behaviour: Behaviour, url: URL, response: ServerResponse): void {
  const [, repository = '', name = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname) ?? [];
  const images = Object.entries(behaviour.images).filter(([key]) =>
    key.startsWith(`${repository}:`),
  );
  const digest = name.startsWith('sha256:')
    ? name
    : behaviour.images[`${repository}:${name}`]?.manifest.digest;
  const bytes = images.map(([, image]) => image.blobs.get(digest ?? '')).find((found) => found);
  if (bytes === undefined) {
    sendError(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    return;
  }
  response.setHeader('docker-content-digest', behaviour.announceDigest ?? sha256(bytes));
  const { mediaType } = JSON.parse(bytes.toString()) as { mediaType?: string };
  response.setHeader('content-type', mediaType ?? 'application/json');
  response.end(bytes);
}

function sendBlob(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): void {
  const digest = /(sha256:[0-9a-f]{64})/.exec(request.url ?? '')?.[1] ?? '';
  const found = Object.values(behaviour.images)
    .map(({ blobs }) => blobs.get(digest))
    .find((blob) => blob);
  if (found === undefined) {
    sendError(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    return;
  }
  const whole = Buffer.from(found);
  if (behaviour.tamperBlob === digest) whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1;
  const from = behaviour.ignoreRanges
    ? undefined
    : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const body = whole.subarray(Number(from ?? 0));
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': body.length,
    ...(from === undefined
      ? {}
      : { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
  });
  const cut = behaviour.cutBlobs;
  if (cut !== undefined && cut.times > 0 && body.length > cut.afterBytes) {
    cut.times--;
    response.write(body.subarray(0, cut.afterBytes), () => response.destroy());
  } else {
    response.end(body);
  }
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ code, message }] }));
}

function seen({ method = '', url = '', headers }: IncomingMessage): SeenRequest {
  return { method, url, headers };
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
) {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
