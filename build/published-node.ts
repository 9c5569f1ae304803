import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { NodeDigest } from './node-digests.ts';

/** The two digests of a release, as they follow from what nodejs.org serves. */
export type PublishedDigests = Pick<NodeDigest, 'publishedSha256' | 'sha256'>;

/**
 * Downloads what a record names and computes its digests. Rejects unless the download has the digest
 * that the release's SHASUMS256.txt gives it. `mirror` is laid out as https://nodejs.org/dist is.
 */
export async function publishedDigests(
  { version, published }: Pick<NodeDigest, 'version' | 'published'>,
  mirror: string,
): Promise<PublishedDigests> {
  const release = `${mirror}/v${version}`;
  const sums = await (await get(`${release}/SHASUMS256.txt`)).text();
  const publishedSha256 = sums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, name]) => name === published)?.[0];
  if (!publishedSha256) throw new Error(`${release}/SHASUMS256.txt doesn't list ${published}`);

  const { body } = await get(`${release}/${published}`);
  if (!body) throw new Error(`${release}/${published} is empty`);
  const whole = createHash('sha256');
  const download = Readable.from(hashed(body, whole));
  let sha256: string | undefined;
  if (published.endsWith('.tar.gz')) sha256 = await sha256OfProgram(download);
  else for await (const _ of download);
  const actual = whole.digest('hex');
  if (actual !== publishedSha256) {
    throw new Error(
      `${release}/${published} has the SHA-256 ${actual}, but SHASUMS256.txt says ${publishedSha256}`,
    );
  }
  return { publishedSha256, sha256: sha256 ?? actual };
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Error(`can't reach ${url}`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  return response;
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The digest of `bin/node` in an archive. Reads the archive to its end. */
async function sha256OfProgram(archive: Readable): Promise<string> {
  const unpacked = extract();
  let sha256: string | undefined;
  const reading = (async () => {
    for await (const entry of unpacked) {
      if (/^[^/]+\/bin\/node$/.test(entry.header.name)) {
        const hash = createHash('sha256');
        await pipeline(entry, hash);
        sha256 = hash.digest('hex');
      } else entry.resume();
    }
  })();
  await Promise.all([pipeline(archive, createGunzip(), unpacked), reading]);
  if (sha256 === undefined) throw new Error('the archive has no bin/node');
  return sha256;
}
