import { parse, stringify } from 'yaml';
import * as z from 'zod';

/** `latest*.yml`, in which the app looks for its next version. electron-builder writes one a build. */
const feedSchema = z.looseObject({
  version: z.string(),
  files: z
    .array(z.looseObject({ url: z.string(), sha512: z.string(), size: z.int().optional() }))
    .min(1),
  path: z.string(),
  sha512: z.string(),
});

/**
 * Joins the feeds of two processors that have the same file name, as on macOS and Windows. The app
 * takes the file with its own processor in the name. The first feed is for apps that are too old to
 * choose.
 */
export function mergeFeeds(texts: readonly string[]): string {
  const feeds = texts.map((text) => feedSchema.parse(parse(text)));
  const [first] = feeds;
  if (!first) throw new Error('There is no feed to merge');
  const versions = new Set(feeds.map(({ version }) => version));
  if (versions.size > 1) {
    throw new Error(`The feeds are for different versions: ${[...versions].join(', ')}`);
  }
  const files = [...new Map(feeds.flatMap((feed) => feed.files.map((f) => [f.url, f]))).values()];
  return stringify({ ...first, files });
}
