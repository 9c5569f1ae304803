import { connect } from 'node:net';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const variables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
const patienceMs = 5_000;

/** Whether the proxy of the settings, or else of the environment, answers. */
export const proxy: Check = {
  name: 'proxy',
  async run({ environment, host }) {
    const { proxy: chosen } = await readSettingsOrDefaults(host.settings);
    const variable = variables.find((each) => environment[each]);
    const name = chosen ? '`proxy` in the settings' : variable;
    const value = chosen ? (chosen.https ?? chosen.http) : variable && environment[variable];
    if (!name || !value) return ok('none is set');
    const url = URL.parse(value.includes('://') ? value : `http://${value}`);
    if (!url?.hostname) {
      return fail(
        `${name} isn't a valid address`,
        'Use an address such as http://proxy.example:3128.',
      );
    }
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const place = `${url.hostname}:${port}`;
    if (!(await answers(url.hostname.replace(/^\[|\]$/g, ''), port))) {
      return fail(
        `${place} (${name}) doesn't answer`,
        'Pulls use this proxy. Correct its address.',
      );
    }
    const exceptions =
      chosen?.exclude.join(',') ?? environment.NO_PROXY ?? environment.no_proxy ?? '';
    if (!/(^|[,\s])(\*|localhost|127\.)/.test(exceptions)) {
      return warn(
        `${place} answers, but requests to localhost go through it too`,
        'Add `localhost` and `127.0.0.1` to NO_PROXY, or to `proxy.exclude` in the settings.',
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
