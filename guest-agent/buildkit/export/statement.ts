import { type Platform, platformId } from '../../registry/platform.ts';
import { familiarRepository, type Reference, withDefaultTag } from '../../registry/reference.ts';

/** What an attestation says of an image: its predicate, in the words of in-toto. */
export interface Attestation {
  readonly predicateType: string;
  readonly predicate: unknown;
  /** The name of its file among exported files. */
  readonly filename: string;
  /** Whether it is only for images, not for exported files. */
  readonly isInlineOnly: boolean;
  /** What it is about, if not the image or the files themselves. */
  readonly subjects?: readonly StatementSubject[];
}

/** A thing by its name and its digest. */
export interface StatementSubject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** The media type of statements in images. */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** An attestation about these subjects (in-toto's statement v0.1). */
export function statement(
  { predicateType, predicate, subjects }: Attestation,
  defaults: readonly StatementSubject[],
): object {
  return {
    ...{ _type: 'https://in-toto.io/Statement/v0.1', predicateType },
    ...{ subject: subjects ?? defaults, predicate },
  };
}

export function digestSet(digest: string): Record<string, string> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}

/** An image's name as a package URL: `pkg:docker/busybox@latest?platform=linux%2Famd64`. */
export function packageUrl(reference: Reference, platform: Platform | undefined): string {
  const { domain, path, tag, digest } = withDefaultTag(reference);
  const name = familiarRepository({ domain, path }).split('/').map(encodeURIComponent).join('/');
  const version = tag === undefined ? '' : `@${encodeURIComponent(tag)}`;
  const qualifiers = [
    ...(digest === undefined ? [] : [`digest=${encodeURIComponent(digest)}`]),
    ...(platform === undefined ? [] : [`platform=${encodeURIComponent(platformId(platform))}`]),
  ];
  const suffix = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`;
  return `pkg:docker/${name}${version}${suffix}`;
}
