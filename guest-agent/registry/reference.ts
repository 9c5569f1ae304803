import { EngineError } from '../errors.ts';
import { DIGEST } from '../store/digest.ts';

/** A full image name, as `docker pull` understands it. */
export interface Reference {
  /** Registry, `host[:port]`; `docker.io` when the name had none. */
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:<hex>` */
  readonly digest?: string;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';
const MAX_NAME_LENGTH = 255;

const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * Parses what a user writes: `busybox`, `me/app:1`, `localhost:5000/app@sha256:...`. Neither tag
 * nor digest is made up; see `withDefaultTag`. Throws EngineError 'invalid'.
 */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{64}$/.test(text)) {
    throw invalid(text, 'cannot specify 64-byte hexadecimal strings');
  }
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) throw invalid(text);

  // A colon after the last slash begins the tag; one before it belongs to a port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) throw invalid(text);

  const { domain, path } = splitDomain(name);
  if (!HOST.test(domain)) throw invalid(text);
  if (!PATH.test(path)) {
    const upper = path !== path.toLowerCase() && PATH.test(path.toLowerCase());
    throw invalid(text, upper ? `repository name (${path}) must be lowercase` : undefined);
  }
  if (path.length > MAX_NAME_LENGTH) {
    throw invalid(text, `repository name must not be more than ${MAX_NAME_LENGTH} characters`);
  }
  return {
    domain,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The first part is a registry only when it can't be a name on Docker Hub. */
function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = first === 'localhost' || /[.:A-Z]/.test(first);
  let domain = isDomain ? first : DEFAULT_DOMAIN;
  let path = isDomain ? name.slice(slash + 1) : name;
  if (domain === 'index.docker.io') domain = DEFAULT_DOMAIN;
  if (domain === DEFAULT_DOMAIN && !path.includes('/')) path = OFFICIAL + path;
  return { domain, path };
}

/** The same reference, with the tag `latest` when it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: 'latest' };
}

/** `docker.io/library/busybox:latest`: one spelling for each reference; parses back to the same. */
export function canonicalName({ domain, path, tag, digest }: Reference): string {
  return `${domain}/${path}${suffix(tag, digest)}`;
}

/** `busybox:latest`: the shortest spelling, the one that users see. */
export function familiarName({ domain, path, tag, digest }: Reference): string {
  return `${familiarRepository({ domain, path })}${suffix(tag, digest)}`;
}

/** `busybox`, `me/app`, `localhost:5000/app`: the familiar name without tag and digest. */
export function familiarRepository({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const short = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  return short.includes('/') ? path : short;
}

/** True for two references into one repository. */
export function sameRepository(a: Reference, b: Reference): boolean {
  return a.domain === b.domain && a.path === b.path;
}

function suffix(tag: string | undefined, digest: string | undefined): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

function invalid(text: string, reason?: string): EngineError {
  const detail = reason === undefined ? text : reason;
  return new EngineError('invalid', `invalid reference format: ${detail}`);
}
