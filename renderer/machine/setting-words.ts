import type { Settings } from '../../electron/api/settings.ts';

/** Names of the VM's settings, for the middle of a sentence. */
export const SETTING_WORDS: Readonly<Record<keyof Settings, string>> = {
  cpus: 'processors',
  memoryMiB: 'memory',
  diskGiB: 'disk size',
  hypervisor: 'hypervisor',
  accelerator: 'acceleration',
  idleStopMinutes: 'idle time',
  insecureRegistries: 'insecure registries',
  sharedFolders: 'shared folders',
  registryMirrors: 'registry mirrors',
  proxy: 'proxies',
  hostCertificates: 'trusted host certificates',
  caCertificates: 'certificate authorities',
  containerNames: 'container names',
  publishedPorts: 'published ports',
  hostAccess: 'access to the host',
};
