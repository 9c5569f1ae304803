/** What an attacker may know of the app in the browser, and what only its own page knows. */
export interface Site {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `/SECRET/` */
  readonly path: string;
  /** `berth-PORT=TOKEN` */
  readonly cookie: string;
  readonly token: string;
}

/** A hostile request. */
export interface HostileRequest {
  readonly name: string;
  readonly bytes: (site: Site) => string | Buffer;
  /** The status; 0 if the connection must close without an answer. */
  readonly expected: number | readonly number[];
}

type Headers = Readonly<Record<string, string | undefined>>;
type Parts = { method?: string; target?: string; headers?: Headers; body?: string };

/** A request as the app's own page sends it, with changes. A header that is undefined isn't sent. */
const request = (
  site: Site,
  { method = 'GET', target = site.path, headers = {}, body = '' }: Parts,
) => {
  const all: Headers = {
    Host: `127.0.0.1:${site.port}`,
    Cookie: site.cookie,
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
};

const upgrade: Headers = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};
const socket = (site: Site, headers: Headers = {}, target = `${site.path}api`, method = 'GET') =>
  request(site, { method, target, headers: { ...upgrade, Origin: site.origin, ...headers } });

/** Names that others can point to 127.0.0.1, and other spellings of the address. */
const HOSTS: readonly (readonly [name: string, host: (site: Site) => string | undefined])[] = [
  ['another name', ({ port }) => `rebound.example:${port}`],
  ['localhost', ({ port }) => `localhost:${port}`],
  ['a name in .localhost', ({ port }) => `berth.localhost:${port}`],
  ['a name of a container', ({ port }) => `web.berth.localhost:${port}`],
  ['a name that begins with the address', ({ port }) => `127.0.0.1.example:${port}`],
  ['a user before the address', ({ port }) => `127.0.0.1@rebound.example:${port}`],
  ['the address as one number', ({ port }) => `2130706433:${port}`],
  ['the address in short', ({ port }) => `127.1:${port}`],
  ['the address in IPv6', ({ port }) => `[::1]:${port}`],
  ['all addresses', ({ port }) => `0.0.0.0:${port}`],
  ['no port', () => '127.0.0.1'],
  ['another port', ({ port }) => `127.0.0.1:${port + 1}`],
  ['a dot after the address', ({ port }) => `127.0.0.1.:${port}`],
  ['nothing', () => ''],
  ['two names', ({ port }) => `127.0.0.1:${port}, rebound.example`],
];

const ORIGINS: readonly (readonly [name: string, origin: (site: Site) => string])[] = [
  ['another website', () => 'https://elsewhere.example'],
  ['no name', () => 'null'],
  ['another port of the host', ({ port }) => `http://127.0.0.1:${port + 1}`],
  ['the host by name', ({ port }) => `http://localhost:${port}`],
  ['a container', () => 'http://web.berth.localhost'],
  ['https', ({ port }) => `https://127.0.0.1:${port}`],
  ['a name that begins like the app', ({ port }) => `http://127.0.0.1:${port}.example`],
  ['two origins', ({ origin }) => `${origin}, https://elsewhere.example`],
  ['a file', () => 'file://'],
];

const COOKIES: readonly (readonly [name: string, cookie: (site: Site) => string | undefined])[] = [
  ['no cookie', () => undefined],
  ['a guess', ({ port }) => `berth-${port}=guess`],
  ['an empty token', ({ port }) => `berth-${port}=`],
  ['a token that begins right', ({ cookie }) => cookie.slice(0, -1)],
  ['a token that is too long', ({ cookie }) => `${cookie}x`],
  ['the token for another port', ({ port, token }) => `berth-${port + 1}=${token}`],
  ['the token under another name', ({ token }) => `token=${token}`],
  ['a guess before the token', ({ port, cookie }) => `berth-${port}=guess; ${cookie}`],
];

const PATHS: readonly string[] = [
  ...['../server.ts', '..%2fserver.ts', '%2e%2e/%2e%2e/etc/passwd', '..\\..\\etc\\passwd'],
  ...[
    'assets/../../secret.txt',
    '....//....//etc/passwd',
    '%252e%252e/etc/passwd',
    '%00',
    '%',
    '.env',
  ],
  ...['%c0%ae%c0%ae/etc/passwd', '/etc/passwd', 'C:/Windows/win.ini'],
];

export const hostileRequests: readonly HostileRequest[] = [
  ...HOSTS.map(([name, host]) => ({
    name: `a request for ${name} (DNS rebinding)`,
    bytes: (site: Site) => request(site, { headers: { Host: host(site) } }),
    expected: [403, 400],
  })),
  {
    name: 'a request without Host',
    bytes: (site) => request(site, { headers: { Host: undefined } }),
    expected: 400,
  },
  {
    name: 'the token with another name for the host',
    bytes: (site) =>
      request(site, { target: `/?token=${site.token}`, headers: { Host: 'rebound.example' } }),
    expected: 403,
  },
  ...ORIGINS.map(([name, origin]) => ({
    name: `a request from ${name}`,
    bytes: (site: Site) => request(site, { headers: { Origin: origin(site) } }),
    expected: 403,
  })),
  ...ORIGINS.map(([name, origin]) => ({
    name: `a WebSocket from ${name}`,
    bytes: (site: Site) => socket(site, { Origin: origin(site) }),
    expected: 403,
  })),
  {
    name: 'a WebSocket without Origin',
    bytes: (site) => socket(site, { Origin: undefined }),
    expected: 403,
  },
  ...COOKIES.map(([name, cookie]) => ({
    name: `a request with ${name}`,
    bytes: (site: Site) => request(site, { headers: { Cookie: cookie(site) } }),
    expected: 401,
  })),
  ...COOKIES.slice(0, 4).map(([name, cookie]) => ({
    name: `a WebSocket with ${name}`,
    bytes: (site: Site) => socket(site, { Cookie: cookie(site) }),
    expected: 401,
  })),
  ...PATHS.map((path) => ({
    name: `the path ${path}`,
    bytes: (site: Site) => request(site, { target: site.path + path }),
    expected: [404, 400],
  })),
  {
    name: 'a path above the secret one',
    bytes: (site) => request(site, { target: `/x/..${site.path}` }),
    expected: 401,
  },
  {
    name: 'the address of another server',
    bytes: (site) => request(site, { target: `http://elsewhere.example${site.path}` }),
    expected: 401,
  },
  {
    name: 'the page without its path',
    bytes: (site) => request(site, { target: '/' }),
    expected: 401,
  },
  {
    name: 'the token in another case',
    bytes: (site) =>
      request(site, {
        target: `/?token=${site.token.toUpperCase()}`,
        headers: { Cookie: undefined },
      }),
    expected: 401,
  },
  {
    name: 'the token as a ticket',
    bytes: (site) =>
      request(site, { target: `/?ticket=${site.token}`, headers: { Cookie: undefined } }),
    expected: 401,
  },
  {
    name: 'the token on another path',
    bytes: (site) =>
      request(site, { target: `/x?token=${site.token}`, headers: { Cookie: undefined } }),
    expected: 401,
  },
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((method) => ({
    name: `${method}, as a form of another page sends it`,
    bytes: (site: Site) =>
      request(site, { method, headers: { 'Content-Length': '3' }, body: 'a=1' }),
    expected: 405,
  })),
  {
    name: 'POST that claims to be GET',
    bytes: (site) =>
      request(site, {
        method: 'POST',
        headers: { 'X-HTTP-Method-Override': 'GET', 'Content-Length': '0' },
      }),
    expected: 405,
  },
  {
    name: 'CONNECT',
    bytes: (site) => request(site, { method: 'CONNECT', target: '127.0.0.1:22' }),
    expected: [0, 405],
  },
  { name: 'an unknown method', bytes: (site) => request(site, { method: 'BERTH' }), expected: 400 },
  {
    name: 'a WebSocket by POST',
    bytes: (site) => socket(site, {}, `${site.path}api`, 'POST'),
    expected: [400, 405],
  },
  {
    name: 'a WebSocket elsewhere',
    bytes: (site) => socket(site, {}, `${site.path}other`),
    expected: 404,
  },
  {
    name: 'a WebSocket of an old version',
    bytes: (site) => socket(site, { 'Sec-WebSocket-Version': '7' }),
    expected: 400,
  },
  {
    name: 'a WebSocket without key',
    bytes: (site) => socket(site, { 'Sec-WebSocket-Key': undefined }),
    expected: 400,
  },
  {
    name: 'another protocol',
    bytes: (site) => socket(site, { Upgrade: 'h2c' }),
    expected: 400,
  },
  {
    name: 'headers of a megabyte',
    bytes: (site) => request(site, { headers: { 'X-Long': 'x'.repeat(1 << 20) } }),
    expected: 431,
  },
  {
    name: 'ten thousand headers',
    bytes: (site) =>
      request(site, {
        headers: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`X-${at}`, ''])),
      }),
    expected: 431,
  },
  {
    name: 'a path of a megabyte',
    bytes: (site) => request(site, { target: site.path + 'x'.repeat(1 << 20) }),
    expected: [431, 414],
  },
  {
    name: 'a second request in the body of the first',
    bytes: (site) =>
      request(site, {
        method: 'POST',
        headers: {
          'Content-Length': '5',
          'Transfer-Encoding': 'chunked',
          Connection: 'keep-alive',
        },
        body: `0\r\n\r\n${request(site, {})}`,
      }),
    expected: 400,
  },
  {
    name: 'a header with a line break',
    bytes: (site) => request(site, { headers: { 'X-A': 'b\nHost: rebound.example' } }),
    expected: 400,
  },
  { name: 'TLS', bytes: () => Buffer.from('16030100a5010000a10303', 'hex'), expected: 400 },
  { name: 'HTTP/2', bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', expected: [400, 0, 505] },
  { name: 'half of a request', bytes: () => 'GET / HT', expected: 0 },
];
