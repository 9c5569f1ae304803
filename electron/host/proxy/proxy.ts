import { hostNames } from '../../../guest-agent/contract/host-names.ts';
import { type ProxySettings, proxySchema } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxies of the host's environment, as curl and Go read them: variables in either case, and an
 * address without a scheme is an HTTP proxy. Throws HostError 'invalid' for an unusable address.
 */
export function proxyOfEnvironment(environment: Environment = process.env): ProxySettings {
  const value = (name: string) => environment[name] || environment[name.toLowerCase()] || undefined;
  const address = (name: string) => {
    const text = value(name);
    return text === undefined || /^\w+:\/\//.test(text) ? text : `http://${text}`;
  };
  const http = address('HTTP_PROXY');
  const https = address('HTTPS_PROXY');
  const found = proxySchema.safeParse({
    ...(http !== undefined && { http }),
    ...(https !== undefined && { https }),
    exclude: (value('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== ''),
  });
  if (found.success) return found.data;
  const name = found.error.issues[0]?.path[0] === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  // Don't quote the value, because it may contain a password.
  throw new HostError(
    'invalid',
    `The environment variable ${name} isn't a valid HTTP proxy address`,
    {
      hint: 'Correct the variable, or set a proxy in the settings, which override it.',
      cause: found.error,
    },
  );
}

/** The same proxies, as the VM and its containers reach them. */
export function proxyForGuest({ http, https, exclude }: ProxySettings): ProxySettings {
  return {
    ...(http !== undefined && { http: reachableFromGuest(http) }),
    ...(https !== undefined && { https: reachableFromGuest(https) }),
    exclude,
  };
}

/** A proxy on the host's loopback has another address in the VM. Other text stays unchanged. */
export function reachableFromGuest(address: string): string {
  return address.replace(
    /^(\w+:\/\/(?:[^/@]*@)?|)(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i,
    `$1${hostNames[0]}`,
  );
}
