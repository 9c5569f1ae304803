import { dirname, join } from 'node:path';
import type { GuestConfig } from '../../../../guest-agent/contract/config.ts';
import type { Settings } from '../../../api/settings.ts';
import { dockerConfigPath } from '../../docker-cli/docker-config.ts';
import { proxyForGuest, proxyOfEnvironment } from '../../proxy/proxy.ts';
import { hostAuthorities, readAuthorities, readRegistryCertificates } from './certificates.ts';

/**
 * The VM's network configuration: registries, proxies and trusted authorities, from the current
 * settings, environment, system and Docker configuration. Rejects with HostError 'invalid', naming
 * what can't be used.
 */
export async function guestNetwork(
  settings: Settings,
  registryCertificates = join(dirname(dockerConfigPath()), 'certs.d'),
): Promise<Pick<GuestConfig, 'registries' | 'proxy' | 'certificates'>> {
  return {
    registries: {
      insecure: settings.insecureRegistries,
      mirrors: settings.registryMirrors,
      certificates: await readRegistryCertificates(registryCertificates),
    },
    proxy: proxyForGuest(settings.proxy ?? proxyOfEnvironment()),
    certificates: [
      ...(settings.hostCertificates ? hostAuthorities() : []),
      ...(await readAuthorities(settings.caCertificates)),
    ],
  };
}
