import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import type { WantedDomain } from './wanted-domains.ts';

/** What a request is for, by its `Host` header. */
export type Asked =
  | { readonly kind: 'container'; readonly domain: WantedDomain }
  /** A name below our domains that nobody has. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** Any other name: perhaps one whose owner has led it here, to get at what is behind. */
  | { readonly kind: 'foreign' };

export function findDomain(host: string | undefined, domains: readonly WantedDomain[]): Asked {
  const asked = (host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  const suffix = Object.values(containerDomains).find(
    (each) => asked === each || asked.endsWith(`.${each}`),
  );
  if (!suffix) return { kind: 'foreign' };
  const name = asked.slice(0, -suffix.length - 1);
  const domain = domains.find(({ names }) => names.includes(name));
  return domain ? { kind: 'container', domain } : { kind: 'unknown', name };
}
