import { GrammarError } from './grammar-error.ts';

/** A full image name, as `docker pull` understands it. */
export interface Reference {
  /** Registry, `host[:port]`; `docker.io` if the name has no registry. */
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
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * Parses a user's text: `busybox`, `me/app:1`, `localhost:5000/app@sha256:...`. Doesn't add a
 * default tag; see `withDefaultTag`. Uses Docker's error texts.
 */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{64}$/.test(text)) {
    throw invalid(text, 'cannot specify 64-byte hexadecimal strings');
  }
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) throw invalid(text);

  const { name, tag } = splitTag(named);
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

/** Whether an image can have this name. */
export function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    return false;
  }
}

/** The first part is a registry only if it can't be a name on Docker Hub. */
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

/** The same reference, with the tag `latest` if it has neither a tag nor a digest. */
export function withDefaultTag(reference: Reference): Reference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: 'latest' };
}

/**
 * `docker.io/library/busybox:latest`: the only canonical form. Parses back to the same reference.
 */
export function canonicalName({ domain, path, tag, digest }: Reference): string {
  return `${domain}/${path}${suffix(tag, digest)}`;
}

/** `busybox:latest`: the shortest form, which users see. */
export function familiarName({ domain, path, tag, digest }: Reference): string {
  return `${familiarRepository({ domain, path })}${suffix(tag, digest)}`;
}

/** `busybox`, `me/app`, `localhost:5000/app`: the familiar name without tag and digest. */
export function familiarRepository({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const short = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  return short.includes('/') ? path : short;
}

/** Whether two references have the same repository. */
export function sameRepository(a: Reference, b: Reference): boolean {
  return a.domain === b.domain && a.path === b.path;
}

function suffix(tag: string | undefined, digest: string | undefined): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

/** Splits `name[:tag]`; a colon before a slash belongs to a registry's port. */
export function splitTag(reference: string): { name: string; tag: string | undefined } {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  if (colon < 0) return { name: reference, tag: undefined };
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/**
 * Splits a reference into its name and its tag (`latest` by default) or digest. Doesn't check them:
 * the engine rejects invalid references, with Docker's error texts.
 */
export function splitReference(reference: string): { name: string; tag: string } {
  const [named = '', digest] = reference.split(/@(.*)/s);
  const { name, tag = 'latest' } = splitTag(named);
  // name:tag@digest means the digest; the tag is only for people.
  return { name, tag: digest ?? tag };
}

/** The full name that a reference stands for: `busybox` is `docker.io/library/busybox:latest`. */
export function canonicalReference(reference: string): string {
  const { name, tag } = splitReference(reference);
  const { domain, path } = splitDomain(name);
  return `${domain}/${path}${reference.includes('@') ? '@' : ':'}${tag}`;
}

const invalid = (text: string, reason = text) =>
  new GrammarError(`invalid reference format: ${reason}`);
