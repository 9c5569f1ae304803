import * as z from 'zod';

export const linkScheme = 'berth';

/** The images that a link may name: a reference, nothing that looks like an option. */
const imageSchema = z.string().regex(/^[a-z0-9][a-zA-Z0-9._\-/:@]{0,254}$/);

/** Where a link from outside leads. */
export interface LinkTarget {
  readonly image: string;
  /** The form that shows what would run, before the person runs it. */
  readonly path: string;
}

/**
 * Reads `berth://run?image=REFERENCE`. Anybody can make such a link: it opens a form with that
 * image's name, and Berth uses nothing else of it. Undefined for any other address.
 */
export function readLink(address: string): LinkTarget | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== `${linkScheme}:` || url.host !== 'run') return undefined;
  const image = imageSchema.safeParse(url.searchParams.get('image'));
  if (!image.success) return undefined;
  return { image: image.data, path: `/images/run?${new URLSearchParams({ image: image.data })}` };
}

/** The link among the arguments of a start: Windows and Linux pass it there. */
export function linkAmong(argv: readonly string[]): LinkTarget | undefined {
  const link = argv.find((argument) => argument.startsWith(`${linkScheme}://`));
  return link === undefined ? undefined : readLink(link);
}
