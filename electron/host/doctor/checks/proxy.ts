import { connect } from 'node:net';
import { type Check, fail, ok, warn } from '../check.ts';

const variables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
const patienceMs = 5_000;

/** The proxy that the environment names can be reached. */
export const proxy: Check = {
  name: 'proxy',
  async run({ environment }) {
    const name = variables.find((each) => environment[each]);
    const value = name && environment[name];
    if (!name || !value) return ok('none is set');
    const url = URL.parse(value.includes('://') ? value : `http://${value}`);
    if (!url?.hostname) {
      return fail(`${name} is not an address`, 'It is one as in http://proxy.example:3128.');
    }
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const place = `${url.hostname}:${port}`;
    if (!(await answers(url.hostname.replace(/^\[|\]$/g, ''), port))) {
      return fail(`${place} of ${name} does not answer`, 'Pulls go through it: correct it.');
    }
    const exceptions = environment.NO_PROXY ?? environment.no_proxy ?? '';
    if (!/(^|[,\s])(\*|localhost|127\.)/.test(exceptions)) {
      return warn(
        `${place} answers; NO_PROXY does not name localhost`,
        'Add `localhost,127.0.0.1`, so that local services are not asked for through it.',
      );
    }
    return ok(`${place} answers`);
  },
};

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
