/**
 * macOS runs an app that was downloaded and not moved yet from a random, read-only path that
 * disappears later (app translocation). An app can also run from its mounted disk image. Nothing may
 * point to such a path: not the `berth` link, not a login item, not the handler of links.
 */
export type TemporaryPlace = 'translocated' | 'volume';

/** Which kind of temporary place a path is in; undefined for a lasting place, or outside of macOS. */
export function temporaryPlace(
  path: string,
  platform: NodeJS.Platform = process.platform,
): TemporaryPlace | undefined {
  if (platform !== 'darwin') return undefined;
  if (path.includes('/AppTranslocation/')) return 'translocated';
  return path.startsWith('/Volumes/') ? 'volume' : undefined;
}
