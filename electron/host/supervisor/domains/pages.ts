import { STATUS_CODES } from 'node:http';
import { HTTP_PORT_LABEL } from '../../../../guest-agent/contract/labels.ts';

/** The proxy's own pages. */
export interface PlainPage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Addresses, as links. */
  readonly links?: readonly string[];
}

/** `hosts` are addresses that work. */
export const unknownName = (name: string, links: readonly string[]): PlainPage => ({
  status: 404,
  title: name === '' ? 'The container name is missing' : `No container named ${name}`,
  text:
    links.length > 0
      ? 'These running containers serve web pages:'
      : 'No running container serves web pages.',
  links,
});

export const foreignName: PlainPage = {
  status: 421,
  title: 'Not a container address',
  text: 'Open a container at http://NAME.berth.localhost.',
};

export const foreignPage: PlainPage = {
  status: 403,
  title: 'Refused',
  text: 'A page of another website requested this address. To allow that, publish a port of the container.',
};

export const noAnswer = (name: string, port: number): PlainPage => ({
  status: 502,
  title: `${name} doesn't answer`,
  text: `Nothing in the container answers HTTP requests on port ${port}. The container may still be starting. If it uses another port, set the label ${HTTP_PORT_LABEL}.`,
});

/** Sends the page with its headers; the connection ends with it. */
export function renderPage(page: PlainPage): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const links = (page.links ?? []).map(
    (url) => `<li><a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`,
  );
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(page.title)}</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 4em auto; padding: 0 1em">
<h1 style="font-size: 1.4em">${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.text)}</p>
<ul>${links.join('\n')}</ul>
</body>
</html>
`;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
      connection: 'close',
    },
    body,
  };
}

/** The same for a connection that no longer belongs to node:http. */
export function renderRaw(page: PlainPage): string {
  const { headers, body } = renderPage(page);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${page.status} ${STATUS_CODES[page.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
