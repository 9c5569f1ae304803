import manifest from '../../package.json' with { type: 'json' };

/** Berth's own version. */
export const BERTH_VERSION: string = manifest.version;
