import { berthVersion } from '../host/base/berth-version.ts';

/** Berth's own version. */
export const BERTH_VERSION: string = berthVersion;
