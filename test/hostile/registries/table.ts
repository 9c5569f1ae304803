import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { OTHER_PORT, REGISTRY_PORT } from '../server/ports.ts';
import { goodImage, goodManifest } from './good-image.ts';

/** What a request is for. */
export interface Asked {
  readonly kind: 'manifest' | 'blob' | 'token' | 'base';
  /** A tag or a digest. */
  readonly name: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The honest answer. */
  honest(): void;
}

export interface HostileRegistry {
  readonly name: string;
  /** Whether a pull must succeed all the same. */
  readonly taken?: boolean;
  /** The longest that a pull may take, in seconds. The default is 20. */
  readonly seconds?: number;
  answer(asked: Asked): void;
}

const OTHER = `http://127.0.0.1:${OTHER_PORT}`;
const OWN = `http://127.0.0.1:${REGISTRY_PORT}`;

const on =
  (kind: Asked['kind'], misbehave: (asked: Asked) => void) =>
  (asked: Asked): void =>
    asked.kind === kind ? misbehave(asked) : asked.honest();
const manifest = (name: string, misbehave: (asked: Asked) => void, more = {}) => ({
  ...{ name: `manifest: ${name}`, answer: on('manifest', misbehave) },
  ...more,
});
const blob = (name: string, misbehave: (asked: Asked) => void, more = {}) => ({
  ...{ name: `blob: ${name}`, answer: on('blob', misbehave) },
  ...more,
});
const json = ({ response }: Asked, document: unknown, status = 200) =>
  response
    .writeHead(status, { 'content-type': mediaTypes.ociManifest })
    .end(JSON.stringify(document));
const redirect = ({ response }: Asked, location: string, status = 307) =>
  response.writeHead(status, { location }).end();

/** Sends bytes for ever. */
function pour(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  const timer = setInterval(() => response.write(bytes), everyMs);
  response.once('close', () => clearInterval(timer));
}

const challenge = ({ response }: Asked, realm: string) =>
  response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();

/** Registries that are silent, slow, endless, or lie. */
export const registries: readonly HostileRegistry[] = [
  manifest('silent', () => 'never answers', { seconds: 100 }),
  manifest('one byte a second', ({ response }) => pour(response, Buffer.from(' '), 1000), {
    seconds: 100,
  }),
  manifest('endless', ({ response }) => pour(response, Buffer.alloc(1 << 20, ' '), 10)),
  manifest('cut off', ({ response }) =>
    response.writeHead(200, { 'content-length': 5000 }).write('{', () => response.destroy()),
  ),
  manifest('closes at once', ({ response }) => response.destroy()),
  manifest('empty', ({ response }) => response.end()),
  manifest('not JSON', ({ response }) => response.end('<html>')),
  manifest('a number', (asked) => json(asked, 1)),
  manifest('null', (asked) => json(asked, null)),
  manifest('a list', (asked) => json(asked, [])),
  manifest('nested 100,000 times', ({ response }) => response.end('['.repeat(100_000))),
  manifest('a key __proto__', ({ response }) =>
    response.end('{"__proto__":{"schemaVersion":2},"schemaVersion":2}'),
  ),
  manifest('wrong digest in the header', ({ response }) =>
    response
      .writeHead(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` })
      .end(goodManifest),
  ),
  manifest('old schema', (asked) => json(asked, { schemaVersion: 1, name: 'x', fsLayers: [] })),
  manifest('both an index and a manifest', (asked) =>
    json(asked, { ...JSON.parse(goodManifest.toString()), manifests: [] }),
  ),
  manifest('an index of itself', (asked) => {
    const { digest, size } = goodImage.manifest;
    const entry = { mediaType: mediaTypes.ociIndex, digest, size };
    json(asked, { schemaVersion: 2, manifests: [entry] });
  }),
  manifest('error of a megabyte', ({ response }) =>
    response.writeHead(500).end('x'.repeat(1 << 20)),
  ),
  manifest('error with escape sequences', (asked) =>
    json(asked, { errors: [{ code: 'DENIED', message: '\u001b[2J\u0007' }] }, 403),
  ),
  manifest('asks to wait for a day', ({ response }) =>
    response.writeHead(429, { 'retry-after': '86400' }).end(),
  ),
  manifest(
    'asks to wait for ever, a second at a time',
    ({ response }) => response.writeHead(429, { 'retry-after': '1' }).end(),
    { seconds: 100 },
  ),
  manifest('redirect to itself', (asked) => redirect(asked, asked.request.url ?? '')),
  manifest('redirect to a file', (asked) => redirect(asked, 'file:///etc/passwd')),
  manifest('redirect to data', (asked) => redirect(asked, 'data:application/json,{}')),
  manifest('redirect to the engine', (asked) =>
    redirect(asked, 'http+unix:///run/berth/engine.sock'),
  ),
  manifest('redirect to nothing', (asked) => redirect(asked, 'http://')),
  manifest('redirect without a place', ({ response }) => response.writeHead(302).end()),
  manifest('redirect to a closed port', (asked) => redirect(asked, 'http://127.0.0.1:9/')),
  manifest('redirect to another server', (asked) => redirect(asked, `${OTHER}/steal`)),
  manifest(
    'redirect to the metadata address',
    (asked) => redirect(asked, 'http://169.254.169.254/latest/'),
    { seconds: 40 },
  ),
  manifest('header of 100 KB', ({ response }) =>
    response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end(),
  ),
  blob('silent', () => 'never answers', { seconds: 200 }),
  blob('one byte a second', ({ response }) => pour(response, Buffer.from('x'), 1000), {
    seconds: 500,
  }),
  blob('endless', ({ response }) => pour(response, Buffer.alloc(1 << 20), 1)),
  blob('empty', ({ response }) => response.end(), { seconds: 60 }),
  blob('other content', ({ response }) =>
    response.end(Buffer.alloc(goodImage.layers[0]?.size ?? 0, 'y')),
  ),
  blob('not found', ({ response }) => response.writeHead(404).end()),
  blob('wrong range', ({ response }) =>
    response.writeHead(206, { 'content-range': 'bytes 7-99/100' }).end('x'),
  ),
  blob('redirect to another server', (asked) => redirect(asked, `${OTHER}${asked.request.url}`), {
    taken: true,
  }),
  blob(
    'length of a terabyte',
    ({ response }) => {
      response.writeHead(200, { 'content-length': 2 ** 40 });
      response.write('x', () => response.destroy());
    },
    { seconds: 60 },
  ),
  {
    name: 'token: asked for again and again',
    answer: (asked) =>
      asked.kind === 'token'
        ? json(asked, { token: 'x' })
        : challenge(asked, `${OWN}${tokenOf(asked)}`),
  },
  { name: 'token: from a file', answer: (asked) => challenge(asked, 'file:///etc/passwd') },
  {
    name: 'token: endless',
    answer: (asked) =>
      asked.kind === 'token'
        ? pour(asked.response, Buffer.alloc(1 << 16, ' '), 5)
        : challenge(asked, `${OWN}${tokenOf(asked)}`),
  },
  {
    name: 'token: with a line feed',
    answer: (asked) =>
      asked.kind === 'token'
        ? json(asked, { token: 'x\r\nhost: evil' })
        : challenge(asked, `${OWN}${tokenOf(asked)}`),
  },
  {
    name: 'token: challenge of 50 KB',
    answer: ({ response }) =>
      response.writeHead(401, { 'www-authenticate': `Bearer ${'a="b",'.repeat(1200)}` }).end(),
  },
  {
    name: 'token: redirected to another server',
    answer: (asked) =>
      asked.kind === 'token'
        ? redirect(asked, `${OTHER}/token`)
        : challenge(asked, `${OWN}${tokenOf(asked)}`),
  },
];

const tokenOf = ({ request }: Asked) =>
  `/token/${/\/registry\/(\d+)\//.exec(request.url ?? '')?.[1]}`;

/** Serves the registry of a path: `/v2/registry/NUMBER/...`. */
export function serveRegistries(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '';
  const token = /^\/token\/(\d+)/.exec(url);
  const [, number = token?.[1] ?? '', what = '', name = ''] =
    /^\/v2\/registry\/(\d+)\/(manifests|blobs)\/([^?]+)/.exec(url) ?? [];
  const registry = registries[Number(number)];
  const kind = token
    ? 'token'
    : what === 'manifests'
      ? 'manifest'
      : what === 'blobs'
        ? 'blob'
        : 'base';
  const honest = () => sendHonest(kind, name, response);
  if (registry === undefined || kind === 'base') response.end('{}');
  else registry.answer({ kind, name, request, response, honest });
}

function sendHonest(kind: Asked['kind'], name: string, response: ServerResponse): void {
  const found =
    kind === 'manifest' && !name.startsWith('sha256:') ? goodManifest : goodImage.blobs.get(name);
  const headers = kind === 'manifest' && found ? { 'docker-content-digest': sha256(found) } : {};
  response.writeHead(found === undefined ? 404 : 200, headers).end(found);
}
