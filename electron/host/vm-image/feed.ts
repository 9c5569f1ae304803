import * as z from 'zod';
import { HostError, reasonOf } from '../base/errors.ts';
import { compareVersions } from '../base/version-order.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import { imageVersionSchema } from '../home/vm-images.ts';

const fileSchema = z.object({
  name: z.enum(['kernel', 'initrd', 'root.erofs', 'esp.img', 'manifest.json']),
  /** Relative to the feed. */
  path: z.string(),
  size: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const imageSchema = z.object({
  version: imageVersionSchema,
  architecture: z.enum(['amd64', 'arm64']),
  /** Older versions of Berth can't use the image. */
  minimumBerthVersion: z.string(),
  files: z
    .array(fileSchema)
    .refine(
      (files) =>
        ['kernel', 'initrd', 'root.erofs', 'manifest.json'].every((name) =>
          files.some((file) => file.name === name),
        ) && new Set(files.map(({ name }) => name)).size === files.length,
      'a file is missing or there twice',
    ),
});
export type FeedImage = z.infer<typeof imageSchema>;

/** The list of published VM images. vm-image/publish.ts writes it. */
export const feedSchema = z.object({ format: z.literal(1), images: z.array(imageSchema) });

/** What went wrong with a `fetch`, whose own message is always the same. */
export const networkReason = (error: unknown): string =>
  error instanceof TypeError && error.cause ? reasonOf(error.cause) : reasonOf(error);

/** How long the server may take to send the list, in milliseconds. */
const patienceMs = 20_000;

/**
 * Digests are trusted because the list comes over HTTPS. Plain HTTP works only for a server on this host.
 */
export function requireSafe(address: string | URL): URL {
  const url = URL.parse(String(address));
  const isLocal = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url;
  throw new HostError('invalid', `${address} is not an https address`, {
    hint: 'Set BERTH_VM_IMAGE_FEED to an https address.',
  });
}

/** The published images for an architecture, newest first. */
export async function publishedImages(
  feed: URL,
  architecture: GuestArchitecture,
  signal?: AbortSignal,
): Promise<FeedImage[]> {
  const limit = AbortSignal.timeout(patienceMs);
  const text = await read(feed, signal ? AbortSignal.any([signal, limit]) : limit);
  let images: FeedImage[];
  try {
    ({ images } = feedSchema.parse(JSON.parse(text)));
    const paths = images.flatMap(({ files }) => files.map(({ path }) => path));
    const broken = paths.find((path) => !URL.canParse(path, feed.href));
    if (broken !== undefined) throw new Error(`${broken} is not an address`);
  } catch (cause) {
    throw new HostError('connection', `The list of VM images at ${feed} is not valid`, {
      hint: 'A newer version of Berth may be needed to read the list. Update Berth.',
      cause,
    });
  }
  return images
    .filter((image) => image.architecture === architecture)
    .sort((left, right) => compareVersions(right.version, left.version));
}

async function read(feed: URL, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(feed, { signal, cache: 'no-store' });
    requireSafe(response.url);
    if (response.ok) return await response.text();
    throw new Error(`the server answered ${response.status} ${response.statusText}`);
  } catch (cause) {
    if (cause instanceof HostError) throw cause;
    throw new HostError(
      'connection',
      `Can't read the list of VM images at ${feed}: ${networkReason(cause)}`,
      { hint: 'Check your connection, and try again.', cause },
    );
  }
}
