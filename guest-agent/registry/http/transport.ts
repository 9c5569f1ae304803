import http from 'node:http';
import https from 'node:https';
import tls, { type SecureContext } from 'node:tls';
import type { GuestConfig } from '../../contract/config.ts';
import { hostNames } from '../../contract/host-names.ts';
import { isExcluded } from './no-proxy.ts';

/** The connection to a server: options of `http.request` and `https.request`. */
export interface Transport {
  readonly agent?: http.Agent;
  readonly secureContext?: SecureContext;
  /** The `host:port` of the proxy, for messages. */
  readonly proxy?: string;
}

type Network = Pick<GuestConfig, 'proxy' | 'certificates'> & {
  readonly registryCertificates: GuestConfig['registries']['certificates'];
};

type Proxies = Partial<Record<'http:' | 'https:', { agent: http.Agent; name: string }>>;

const alone: Network = { proxy: { exclude: [] }, certificates: [], registryCertificates: {} };

let network = alone;
let proxies: Proxies = {};
let hasMoreAuthorities = false;
const contexts = new Map<string, SecureContext>();

/**
 * Sets this process's proxies and trusted authorities. Call this once, before the first request. By
 * default, requests are direct and trust Node's authorities. Throws for certificates that aren't
 * valid.
 */
export function configureTransport(chosen: Network = alone): void {
  network = chosen;
  contexts.clear();
  const { http: plain, https: secure } = chosen.proxy;
  // The same options as Node's default agents, which these replace.
  const options = { keepAlive: true, timeout: 5_000 };
  proxies = {
    ...(plain !== undefined && {
      'http:': {
        agent: new http.Agent({ ...options, proxyEnv: { HTTP_PROXY: plain } }),
        name: new URL(plain).host,
      },
    }),
    ...(secure !== undefined && {
      'https:': {
        agent: new https.Agent({ ...options, proxyEnv: { HTTPS_PROXY: secure } }),
        name: new URL(secure).host,
      },
    }),
  };
  if (chosen.certificates.length > 0 || hasMoreAuthorities) {
    tls.setDefaultCACertificates([...tls.rootCertificates, ...chosen.certificates]);
  }
  hasMoreAuthorities = chosen.certificates.length > 0;
}

/** The connection to a server. The host is reached without a proxy. */
export function transportTo(url: URL): Transport {
  const proxy =
    hostNames.includes(url.hostname) || isExcluded(url, network.proxy.exclude)
      ? undefined
      : proxies[url.protocol as keyof Proxies];
  const secureContext = contextOf(url.host);
  return {
    ...(proxy && { agent: proxy.agent, proxy: proxy.name }),
    ...(secureContext && { secureContext }),
  };
}

/** The proxies for programs, as environment variables, and certificates that they must trust too. */
export function programNetwork(): {
  readonly env: Readonly<Record<string, string>>;
  readonly certificates: readonly string[];
} {
  const { http: plain, https: secure, exclude } = network.proxy;
  const env = {
    ...(plain !== undefined && { http_proxy: plain }),
    ...(secure !== undefined && { https_proxy: secure }),
    ...((plain ?? secure) !== undefined && { no_proxy: [...hostNames, ...exclude].join(',') }),
  };
  return { env, certificates: network.certificates };
}

/** The authorities and client certificates for a registry with its own. */
function contextOf(host: string): SecureContext | undefined {
  const known = contexts.get(host);
  if (known !== undefined) return known;
  // Docker omits the colon from folder names on systems that don't allow it.
  const { registryCertificates, certificates } = network;
  const own = registryCertificates[host] ?? registryCertificates[host.replace(':', '')];
  if (own === undefined) return undefined;
  const context = tls.createSecureContext({
    ca: [...tls.rootCertificates, ...certificates, ...own.authorities],
    cert: own.clients.map(({ certificate }) => certificate),
    key: own.clients.map(({ key }) => key),
  });
  contexts.set(host, context);
  return context;
}
