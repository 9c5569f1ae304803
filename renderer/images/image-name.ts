import type { Image } from '../../electron/api/images.ts';
import { splitTag } from '../../guest-agent/grammar/reference.ts';

/** `sha256:` and 64 digits, shortened to the first 12 as engines print them. */
export const shortId = (id: string) => id.replace('sha256:', '').slice(0, 12);

/** The reference by which the engine finds the image. */
export const referenceOf = ({ id, reference }: Image) => reference ?? id;

/** The parts of the name. An image without a name is called by its ID. */
export function splitName({ id, reference }: Image): { repository: string; tag: string } {
  if (reference === undefined) return { repository: shortId(id), tag: '' };
  const { name, tag = '' } = splitTag(reference);
  return { repository: name, tag };
}

/** The shortest clear name: `busybox`, `alpine:3.22`, `4c1f0e2d9a77`. */
export function nameOf(image: Image): string {
  const { repository, tag } = splitName(image);
  return tag === '' || tag === 'latest' ? repository : `${repository}:${tag}`;
}
