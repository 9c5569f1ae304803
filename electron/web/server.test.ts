import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { testSocket } from '../../guest-agent/testing/test-socket.ts';
import type { ScreenClient } from '../api/router.ts';
import { describeProjects } from '../host/screen/testing/projects-suite.ts';
import { type Connect, describeScreen } from '../host/screen/testing/screen-suite.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { serveApp } from './server.ts';

let directory: string;
let assets: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-page-'));
  assets = join(directory, 'renderer');
  await mkdir(join(assets, 'assets'), { recursive: true });
  await writeFile(join(assets, 'index.html'), '<title>Berth</title>');
  await writeFile(join(assets, 'assets', 'main-1a2b.js'), 'export {};');
  await writeFile(join(directory, 'secret.txt'), 'a secret');
});

afterAll(() => rm(directory, { recursive: true }));

describe('the screen over a WebSocket', () => {
  const connect: Connect = async (host) => {
    const app = await serveApp(host, { assets });
    const { origin, page, cookie } = await enter(app.url);
    const socket = new WebSocket(`${page.replace('http', 'ws')}api`, {
      headers: { origin, cookie },
    });
    // An app that closes cuts its connections off; the calls that it cuts say so themselves.
    socket.on('error', () => {});
    // The two WebSocket types differ in events that the link does not use.
    const websocket = socket as unknown as globalThis.WebSocket;
    return { client: createORPCClient<ScreenClient>(new RPCLink({ websocket })), close: app.close };
  };
  describeScreen(connect);
  describeProjects(connect);
});

describe('who may open the app', () => {
  let app: Awaited<ReturnType<typeof serveApp>>;
  let origin: string;
  let page: string;
  let cookie: string;

  beforeAll(async () => {
    const nowhere = testSocket(directory, 'engine');
    const nowhereHost = standInHost({ socket: nowhere }, new StandInMachine(nowhere));
    app = await serveApp(nowhereHost, { assets });
    ({ origin, page, cookie } = await enter(app.url));
  });

  afterAll(() => app.close());

  it('takes the token out of the address and keeps it from scripts and other sites', async () => {
    const { response } = await get(app.url);
    expect(response.statusCode).toBe(303);
    expect(response.headers.location).not.toContain(new URL(app.url).searchParams.get('token'));
    const [header] = response.headers['set-cookie'] ?? [];
    expect(header).toMatch(/; HttpOnly; SameSite=Strict; Path=/);
  });

  it('limits the cookie to this port', async () => {
    const { response } = await get(app.url);
    // Browsers send the cookie to every port, but only for paths below one that nobody can guess.
    expect(response.headers['set-cookie']?.[0]).toMatch(/; Path=\/[\w-]{43}\/$/);
    expect((await get(`${origin}/`, { cookie })).response.statusCode).toBe(401);
  });

  it.runIf(process.platform === 'linux')(
    'lets this user in by the address that others may see, and nobody else',
    async () => {
      const { response } = await get(app.ownUrl);
      expect(response.statusCode).toBe(303);
      expect(response.headers['set-cookie']).toBeDefined();

      const stranger = vi.spyOn(process, 'getuid').mockReturnValue(12_345);
      const refused = await get(app.ownUrl);
      stranger.mockRestore();
      expect(refused.response.statusCode).toBe(401);
      expect(refused.response.headers['set-cookie']).toBeUndefined();
    },
  );

  it('serves the page to the cookie, with a policy that allows nothing remote', async () => {
    const { response, body } = await get(page, { cookie });
    expect(response.statusCode).toBe(200);
    expect(body).toContain('<title>Berth</title>');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    const policy = response.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ${origin.replace('http', 'ws')};`);
  });

  it('lets the browser keep what has a hash in its name, and nothing else', async () => {
    const hashed = await get(`${page}assets/main-1a2b.js`, { cookie });
    expect(hashed.response.headers['cache-control']).toContain('immutable');
    expect(hashed.response.headers['content-type']).toContain('javascript');
    const index = await get(page, { cookie });
    expect(index.response.headers['cache-control']).toBe('no-cache');
  });

  it.each([
    ['nothing', {}],
    ['another token', { cookie: 'berth=guess' }],
  ])('refuses a request with %s', async (_what, headers) => {
    const guesses = ['/', '/?token=guess', '/?ticket=guess'].map((path) => origin + path);
    for (const address of [...guesses, page, `${page}assets/main-1a2b.js`]) {
      const { response, body } = await get(address, headers);
      expect(response.statusCode).toBe(401);
      expect(body).toContain('berth app');
    }
  });

  it('refuses another name for the host, even with the token', async () => {
    const host = `rebound.example:${new URL(origin).port}`;
    expect((await get(page, { cookie, host })).response.statusCode).toBe(403);
    expect((await get(app.url, { host })).response.statusCode).toBe(403);
  });

  it('refuses a request from another site', async () => {
    const { response } = await get(page, { cookie, origin: 'https://elsewhere.example' });
    expect(response.statusCode).toBe(403);
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/%2e%2e/%2e%2e/secret.txt', '//', '/%'])(
    'serves nothing outside of the page: %s',
    async (path) => {
      const { response, body } = await get(
        page,
        { cookie },
        new URL(page).pathname.slice(0, -1) + path,
      );
      expect(response.statusCode).toBe(404);
      expect(body).not.toContain('secret');
    },
  );

  it.each([
    ['without the cookie', 401, () => ({ origin })],
    ['without an origin', 403, () => ({ cookie })],
    ['from another site', 403, () => ({ cookie, origin: 'https://elsewhere.example' })],
    ['under another name', 403, () => ({ cookie, origin, host: 'rebound.example' })],
  ])('refuses a WebSocket %s', async (_what, status, headers) => {
    expect(await upgradeStatus(`${page}api`, headers())).toBe(status);
  });

  it('opens a WebSocket for the page, at its one address', async () => {
    expect(await upgradeStatus(`${page}api`, { cookie, origin })).toBe(101);
    expect(await upgradeStatus(`${page}other`, { cookie, origin })).toBe(404);
  });

  it('hangs up on what breaks the protocol, and serves the others', async () => {
    const socket = new WebSocket(`${page.replace('http', 'ws')}api`, {
      headers: { origin, cookie },
    });
    await once(socket, 'open');
    socket.send(Buffer.alloc(17 * 1024 * 1024));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
    expect((await get(page, { cookie })).response.statusCode).toBe(200);
  });

  it('listens on loopback alone', () => {
    expect(new URL(app.url).hostname).toBe('127.0.0.1');
  });
});

/** What a browser does with the address that `berth app` prints. */
async function enter(url: string): Promise<{ origin: string; page: string; cookie: string }> {
  const { response } = await get(url);
  const [cookie = ''] = (response.headers['set-cookie']?.[0] ?? '').split(';');
  const { origin } = new URL(url);
  return { origin, page: origin + response.headers.location, cookie };
}

/** Node's own client, because fetch corrects paths and refuses to set Host and Origin. */
async function get(url: string, headers: Record<string, string> = {}, rawPath?: string) {
  const { hostname, port, pathname, search } = new URL(url);
  const path = rawPath ?? pathname + search;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ hostname, port, path, headers, agent: false }, resolve).on('error', reject).end();
  });
  return { response, body: await text(response) };
}

function upgradeStatus(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    const request = httpRequest(url, { headers: { ...upgrade, ...headers }, agent: false });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('response', (response) => resolve(response.statusCode ?? 0));
    request.on('error', reject);
    request.end();
  });
}
