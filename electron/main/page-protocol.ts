import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { percentDecoded } from '../../guest-agent/grammar/percent-decoded.ts';
import { pageOrigin } from '../api/transport.ts';
import { loggerOf } from '../host/base/log.ts';
import { securityHeaders } from '../host/screen/page-headers.ts';

const log = loggerOf('app');

/** The content types of the files that Vite writes. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Answers `app://berth/...` with the files of the page, and everything else with 404. */
export async function answerPage(directory: string, address: string): Promise<Response> {
  const path = pathOf(directory, address);
  const type = path && TYPES[extname(path)];
  if (!type) return notFound();
  try {
    const headers = { ...securityHeaders("'self'"), 'content-type': type };
    return new Response(await readFile(path), { headers });
  } catch (error) {
    log.debug(`Reading ${path}`, error);
    return notFound();
  }
}

/** Undefined for an address outside the directory. */
function pathOf(directory: string, address: string): string | undefined {
  const url = URL.parse(address);
  if (!url?.href.startsWith(`${pageOrigin}/`)) return undefined;
  const path = join(
    directory,
    url.pathname === '/' ? 'index.html' : (percentDecoded(url.pathname) ?? ''),
  );
  return path.startsWith(normalize(directory) + sep) ? path : undefined;
}

const notFound = () => new Response('Not found.\n', { status: 404 });
