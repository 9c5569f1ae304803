/**
 * Replaced by the bundler with the address at which the packaged app looks for its own updates. Empty in a
 * build that doesn't look for updates.
 */
declare const BERTH_UPDATES_ORIGIN: string | undefined;

/** `BERTH_VM_IMAGE_FEED`, or beside the app's updates. Undefined in a build without updates. */
export function feedAddress(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.BERTH_VM_IMAGE_FEED) return environment.BERTH_VM_IMAGE_FEED;
  const origin = typeof BERTH_UPDATES_ORIGIN === 'string' ? BERTH_UPDATES_ORIGIN : '';
  if (!origin) return undefined;
  return new URL('vm-images.json', origin.endsWith('/') ? origin : `${origin}/`).href;
}
