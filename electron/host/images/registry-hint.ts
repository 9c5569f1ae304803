import { canonicalReference } from '../../../guest-agent/grammar/reference.ts';
import { HostError } from '../base/errors.ts';

const HUB = 'Docker Hub';

/** Error messages of registries and networks, with hints. The first match counts. */
const HINTS: readonly (readonly [pattern: RegExp, hint: (registry: string) => string])[] = [
  [
    /toomanyrequests|rate limit/i,
    (registry) => `To raise the limit of ${registry}, log in under Settings › Registries.`,
  ],
  [
    /incorrect username or password/i,
    (registry) => `Log in to ${registry} again under Settings › Registries.`,
  ],
  [
    /denied|unauthorized|authentication required|no basic auth/i,
    (registry) =>
      `Check the name. If the image is private, log in to ${registry} under Settings › Registries.`,
  ],
  [
    /manifest .*(unknown|not found)|name unknown|no matching manifest/i,
    () =>
      'Check the name and the tag. The image may not have this tag, or may not support this platform.',
  ],
  [
    /HTTP response to HTTPS client/i,
    (registry) =>
      `${registry} doesn't use encryption (HTTPS). If you trust the network, add ${registry} to the insecure registries under Settings › Registries, then restart the VM. The setting's name is \`insecureRegistries\`.`,
  ],
  [
    /certificate|x509|tls:/i,
    () =>
      'The registry or a proxy uses an unknown certificate. Add the certificate in the settings, or mark the registry as insecure under Settings › Registries.',
  ],
  [
    /no such host|can't be resolved|unreachable|no route to host|i\/o timeout|refused|reset by peer/i,
    (registry) =>
      registry === HUB
        ? 'Check your internet connection. If you use a proxy, set it in the settings.'
        : `Check your network connection and the spelling of ${registry}. If you use a proxy, set it in the settings.`,
  ],
];

/** A registry's message may be long; the known part is at its beginning. */
const LOOKED_AT = 2000;

/** Adds a hint to a pull, push or search error if the user can do something about it. */
export function withRegistryHint(error: unknown, reference: string): unknown {
  if (!(error instanceof HostError) || error.code !== 'engine' || error.hint) return error;
  const hint = HINTS.find(([pattern]) => pattern.test(error.message.slice(0, LOOKED_AT)))?.[1];
  if (!hint) return error;
  return new HostError('engine', error.message, {
    hint: hint(registryName(reference)),
    cause: error,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}

/** The registry's name as users know it. */
function registryName(reference: string): string {
  const host = canonicalReference(reference).split('/')[0] ?? '';
  return host === 'docker.io' ? HUB : host;
}
