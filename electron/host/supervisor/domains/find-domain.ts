import type { WantedDomain } from './wanted-domains.ts';

/** The target of a request, by its `Host` header. */
export type Asked =
  | { readonly kind: 'container'; readonly domain: WantedDomain }
  /** An unknown name in our domains. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** Any other name: its owner may have pointed it here to reach containers. */
  | { readonly kind: 'foreign' };

/** `suffixes` are the domains that are answered. */
export function findDomain(
  host: string | undefined,
  domains: readonly WantedDomain[],
  suffixes: readonly string[],
): Asked {
  const asked = (host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  const suffix = suffixes.find((each) => asked === each || asked.endsWith(`.${each}`));
  if (!suffix) return { kind: 'foreign' };
  const name = asked.slice(0, -suffix.length - 1);
  const domain = domains.find(({ names }) => names.includes(name));
  return domain ? { kind: 'container', domain } : { kind: 'unknown', name };
}
