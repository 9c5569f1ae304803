import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import type { WantedSite } from './wanted-domains.ts';

/** What a request is for, by its `Host` header. */
export type Asked =
  | { readonly kind: 'site'; readonly site: WantedSite }
  /** A name below our domains that nobody has. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** Any other name: perhaps one whose owner has led it here, to get at what is behind. */
  | { readonly kind: 'foreign' };

export function findSite(host: string | undefined, sites: readonly WantedSite[]): Asked {
  const asked = (host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  const domain = Object.values(containerDomains).find(
    (each) => asked === each || asked.endsWith(`.${each}`),
  );
  if (!domain) return { kind: 'foreign' };
  const name = asked.slice(0, -domain.length - 1);
  const site = sites.find(({ names }) => names.includes(name));
  return site ? { kind: 'site', site } : { kind: 'unknown', name };
}
