import type { Settings } from '../../electron/api/settings.ts';

/** Settings of the machine, in the middle of a sentence. */
export const SETTING_WORDS: Readonly<Record<keyof Settings, string>> = {
  cpus: 'processors',
  memoryMiB: 'memory',
  diskGiB: 'disk size',
  accelerator: 'acceleration',
  idleStopMinutes: 'time until it rests',
  insecureRegistries: 'insecure registries',
  sharedFolders: 'shared folders',
  registryMirrors: 'registry mirrors',
  proxy: 'proxies',
  hostCertificates: 'certificates of this computer',
  caCertificates: 'certificate authorities',
  containerNames: 'names of containers',
};
