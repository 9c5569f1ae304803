/** Splits an image reference into its name and its tag (`latest` if none) or digest. */
export function splitReference(reference: string): { name: string; tag: string } {
  const at = reference.indexOf('@');
  if (at >= 0) {
    // name:tag@digest means the digest; the tag is only for people.
    return { name: splitTag(reference.slice(0, at)).name, tag: reference.slice(at + 1) };
  }
  const { name, tag } = splitTag(reference);
  return { name, tag: tag ?? 'latest' };
}

/** Splits `name[:tag]`; a colon before a slash belongs to a registry's port. */
export function splitTag(reference: string): { name: string; tag: string | undefined } {
  const colon = reference.lastIndexOf(':');
  if (colon <= reference.lastIndexOf('/')) return { name: reference, tag: undefined };
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** The full name that a reference stands for: `busybox` is `docker.io/library/busybox:latest`. */
export function canonicalReference(reference: string): string {
  const { name, tag } = splitReference(reference);
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? name : `docker.io/${rest.length > 0 ? name : `library/${name}`}`;
  return `${path}${reference.includes('@') ? '@' : ':'}${tag}`;
}
