import { dirname, join } from 'node:path';
import type { GuestConfig } from '../../../../guest-agent/contract/config.ts';
import type { Settings } from '../../../api/settings.ts';
import { dockerConfigPath } from '../../docker-cli/docker-config.ts';
import { proxyForGuest, proxyOfEnvironment } from '../../proxy/proxy.ts';
import { hostAuthorities, readAuthorities, readRegistryCertificates } from './certificates.ts';

/**
 * What the guest is told of the network that this computer is in: registries, proxies and whom to
 * trust, from the settings, the environment, the system and Docker's configuration, as they are now.
 * Rejects with HostError 'invalid', naming what cannot be used.
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
