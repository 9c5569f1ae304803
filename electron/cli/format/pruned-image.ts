import type { ImageDeletion } from '../../host/engine/images.ts';

/** `untagged: busybox:latest` or `deleted: sha256:...`, as the prune commands show it. */
export function prunedImageLine({ Untagged, Deleted }: ImageDeletion): string {
  return Untagged === undefined ? `deleted: ${Deleted}` : `untagged: ${Untagged}`;
}
