import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standInHost } from '../../../electron/host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../../electron/host/screen/testing/stand-in-machine.ts';
import { serveApp } from '../../../electron/web/server.ts';
import { check, type Finding, type ProbeGroup } from '../report.ts';
import { hostileRequests, type Site } from './requests.ts';
import { sendRaw } from './send.ts';

/** Only the app's own page may show these. */
const PAGE = 'THE PAGE OF THE APP';
const SECRET = 'A FILE BESIDE THE PAGE';

/** What web pages and other programs may send to `berth app`. */
export const browserGroup: ProbeGroup = {
  name: 'browser',
  count: (count) => `${count} hostile requests to the app in the browser`,
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'berth-boundary-'));
    const assets = join(directory, 'renderer');
    await mkdir(assets);
    await writeFile(join(assets, 'index.html'), PAGE);
    await writeFile(join(directory, 'secret.txt'), SECRET);
    const socket = join(directory, 'engine.sock');
    const app = await serveApp(standInHost({ socket }, new StandInMachine(socket)), { assets });
    try {
      const site = await enter(app.url);
      const findings = await Promise.all(hostileRequests.map((each) => tryRequest(site, each)));
      return [...findings, await stillServes(site)];
    } finally {
      await app.close();
      await rm(directory, { recursive: true });
    }
  },
};

/** What a browser does with the address that `berth app` prints. */
async function enter(url: string): Promise<Site> {
  const { origin, port, searchParams } = new URL(url);
  const token = searchParams.get('token') ?? '';
  const { text } = await sendRaw(
    Number(port),
    `GET /?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
  );
  const path = /^location: (.*)\r$/im.exec(text)?.[1];
  const cookie = /^set-cookie: ([^;]*)/im.exec(text)?.[1];
  if (path === undefined || cookie === undefined) throw new Error(`the app isn't open: ${text}`);
  return { port: Number(port), origin, path, cookie, token };
}

async function tryRequest(
  site: Site,
  { name, bytes, expected }: (typeof hostileRequests)[number],
): Promise<Finding> {
  const { status = 0, text } = await sendRaw(site.port, bytes(site));
  const start = text.slice(0, 300);
  return {
    name,
    wrong: [
      ...check([expected].flat().includes(status), `status ${status}: ${start}`),
      ...check(!text.includes(PAGE) && !text.includes(SECRET), `it shows a file: ${start}`),
      ...check(!text.includes(site.token), `it shows the token: ${start}`),
      ...check(!/^access-control-allow/im.test(text), `it allows other websites: ${start}`),
    ],
  };
}

/** So that the refusals above aren't those of a server that refuses everything. */
async function stillServes({ port, path, cookie }: Site): Promise<Finding> {
  const { text } = await sendRaw(
    port,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
  );
  return {
    name: 'the app’s own page is served after all this',
    wrong: check(text.includes(PAGE), text),
  };
}
