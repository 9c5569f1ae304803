import { canonicalReference } from '../../../guest-agent/grammar/reference.ts';
import { HostError } from '../base/errors.ts';

const HUB = 'Docker Hub';

/** What registries and the way to them say, and what to do about it; the first that fits counts. */
const HINTS: readonly (readonly [pattern: RegExp, hint: (registry: string) => string])[] = [
  [
    /toomanyrequests|rate limit/i,
    (registry) => `${registry} allows more to those who log in: see Settings › Registries.`,
  ],
  [
    /incorrect username or password/i,
    (registry) => `Log in to ${registry} again, in Settings › Registries.`,
  ],
  [
    /denied|unauthorized|authentication required|no basic auth/i,
    (registry) =>
      `Check the name. If the image is private, log in to ${registry} in Settings › Registries.`,
  ],
  [
    /manifest .*(unknown|not found)|name unknown|no matching manifest/i,
    () => 'Check the name and the tag; the image may have other tags, or not be for this platform.',
  ],
  [
    /certificate|x509|tls:/i,
    () =>
      'The registry, or a proxy before it, has a certificate that is not known here. Add it to the certificates in the settings; a registry of your own can be allowed without in Settings › Registries.',
  ],
  [
    /no such host|can't be resolved|unreachable|no route to host|i\/o timeout|refused|reset by peer/i,
    (registry) =>
      registry === HUB
        ? 'Is this computer connected? Behind a proxy, say so in the settings.'
        : `Is this computer connected, and ${registry} spelled right? Behind a proxy, say so in the settings.`,
  ],
];

/** A registry may say as much as it likes; what is known of it stands at the beginning. */
const LOOKED_AT = 2000;

/** The error of a pull, push or search, with a hint where something can be done about it. */
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

/** As people call it. */
function registryName(reference: string): string {
  const host = canonicalReference(reference).split('/')[0] ?? '';
  return host === 'docker.io' ? HUB : host;
}
