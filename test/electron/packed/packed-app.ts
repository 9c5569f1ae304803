import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../../..');

const unpacked = join(repository, 'dist/installers/linux-unpacked');

/** The program of the packed app. */
export const packedProgram = join(unpacked, 'berth-app');

/** What electron-builder puts beside the app's archive. */
export const packedResources = join(unpacked, 'resources');
