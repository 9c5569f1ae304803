import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { berthVersion } from '../base/berth-version.ts';
import { loggerOf } from '../base/log.ts';
import { isMissing } from '../base/system-error.ts';
import { compareVersions } from '../base/version-order.ts';
import { findGuestImage, type GuestArchitecture, type GuestImage } from './resources.ts';

const log = loggerOf('vm-image');

/**
 * The VM images that Berth downloaded, each in a folder of its version: `vm-images/ARCH/VERSION`. A
 * folder appears with its name only when it is complete. Berth itself comes with another image.
 */
export interface VmImagePaths {
  readonly directory: string;
  /** Which versions Berth doesn't use, and which have worked. */
  readonly record: string;
  /** Held by the process that adds or removes images. */
  readonly lock: string;
}

export function vmImagePaths(home: string, architecture: GuestArchitecture): VmImagePaths {
  const directory = join(home, 'vm-images', architecture);
  return { directory, record: join(directory, 'images.json'), lock: join(directory, 'lock') };
}

export const imageVersionSchema = z.string().regex(/^\d+(\.\d+){1,4}$/);

/** `release.json` in the folder of a downloaded image. */
export const imageReleaseSchema = z.object({
  version: imageVersionSchema,
  /** Older versions of Berth can't use the image. */
  minimumBerthVersion: z.string(),
});
export type ImageRelease = z.infer<typeof imageReleaseSchema>;
export const releaseFile = 'release.json';

const rejectionSchema = z.object({
  /** The VM didn't start with the image, or the user went back to an older one. */
  by: z.enum(['boot', 'user']),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Rejection = z.infer<typeof rejectionSchema>;

const recordSchema = z.object({
  /** By version. */
  rejected: z.record(z.string(), rejectionSchema).default({}),
  /** The versions that have booted a VM on this host. */
  worked: z.array(z.string()).default([]),
});
export type VmImageRecord = z.infer<typeof recordSchema>;

/** The image of a start. */
export interface ChosenImage {
  readonly files: GuestImage;
  /** Undefined for an image that comes with Berth, or that a developer chose. */
  readonly downloaded?: ImageRelease;
}

/**
 * The newest image that this version of Berth can use and that isn't rejected: a downloaded one, or the
 * one that comes with Berth. `BERTH_IMAGE_DIR` decides alone. Rejects like `findGuestImage`.
 */
export function chooseImage(
  home: string,
  architecture: GuestArchitecture,
  environment: NodeJS.ProcessEnv = process.env,
  findCarried: typeof findGuestImage = findGuestImage,
): ChosenImage {
  const carried = findCarried(architecture, environment);
  if (environment.BERTH_IMAGE_DIR) return { files: carried };
  const [newest] = usableImages(home, architecture);
  return newest ?? { files: carried };
}

/** The downloaded images that a start may use, newest first. */
export function usableImages(
  home: string,
  architecture: GuestArchitecture,
): Required<ChosenImage>[] {
  const paths = vmImagePaths(home, architecture);
  const { rejected } = readImageRecord(paths);
  return downloadedImages(paths).filter(
    ({ downloaded }) =>
      !(downloaded.version in rejected) &&
      compareVersions(downloaded.version, carriedImageVersion) > 0 &&
      supportsThisBerth(downloaded),
  );
}

/** Whether this version of Berth can use the image. */
export const supportsThisBerth = ({ minimumBerthVersion }: ImageRelease): boolean =>
  compareVersions(minimumBerthVersion, berthVersion) <= 0;

/** The image that comes with Berth has Berth's version. Images of their own add a number. */
export const carriedImageVersion = berthVersion;

/** All complete downloaded images, newest first, whether they may be used or not. */
export function downloadedImages(paths: VmImagePaths): Required<ChosenImage>[] {
  const names = readable(() => readdirSync(paths.directory)) ?? [];
  const images = names
    .filter((name) => imageVersionSchema.safeParse(name).success)
    .flatMap((name) => {
      const image = imageIn(join(paths.directory, name));
      return image ? [image] : [];
    });
  return images.sort((left, right) =>
    compareVersions(right.downloaded.version, left.downloaded.version),
  );
}

function imageIn(directory: string): Required<ChosenImage> | undefined {
  const downloaded = parsed(join(directory, releaseFile), imageReleaseSchema);
  const file = (name: string) => join(directory, name);
  const files = { kernel: file('kernel'), initrd: file('initrd'), root: file('root.erofs') };
  if (!downloaded || !Object.values(files).every((path) => existsSync(path))) return undefined;
  const esp = file('esp.img');
  return { downloaded, files: existsSync(esp) ? { ...files, esp } : files };
}

/** Without a readable record, no image is rejected: a start that fails rejects its image again. */
export function readImageRecord(paths: Pick<VmImagePaths, 'record'>): VmImageRecord {
  return parsed(paths.record, recordSchema) ?? { rejected: {}, worked: [] };
}

/** Changes the record. Two processes that write at once lose one change, which then happens again. */
export async function changeImageRecord(
  paths: VmImagePaths,
  change: (record: VmImageRecord) => VmImageRecord,
): Promise<void> {
  await mkdir(paths.directory, { recursive: true, mode: 0o700 });
  await writeFileAtomic(
    paths.record,
    `${JSON.stringify(change(readImageRecord(paths)), null, 2)}\n`,
  );
}

/** Starts don't use this version any more. */
export async function rejectImage(
  paths: VmImagePaths,
  version: string,
  rejection: Omit<Rejection, 'at'>,
): Promise<void> {
  const at = new Date().toISOString();
  await changeImageRecord(paths, ({ rejected, worked }) => ({
    rejected: { ...rejected, [version]: { ...rejection, at } },
    worked,
  }));
}

/** Starts may use this version again. */
export async function acceptImage(paths: VmImagePaths, version: string): Promise<void> {
  await changeImageRecord(paths, ({ rejected: { [version]: _, ...rejected }, worked }) => ({
    ...{ rejected, worked: worked.filter((each) => each !== version) },
  }));
}

/** Synchronous, because drivers look for the image in the middle of a start. */
function parsed<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.infer<Schema> | undefined {
  const text = readable(() => readFileSync(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    log.warn(`${path} can't be read`, error);
    return undefined;
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isMissing(error)) log.warn('Looking for VM images', error);
    return undefined;
  }
}
