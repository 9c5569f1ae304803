import { HostError } from '../../base/errors.ts';
import { authConfig } from '../../credentials/credentials.ts';
import { hubAddress, registryAddress } from '../../credentials/registry.ts';
import { checkCredentials } from '../../engine/auth.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

const HUB = 'docker.io';

export function registryHandlers({ credentials, engine }: ScreenHost) {
  return {
    logins: screen.registries.logins.handler(async () =>
      [...(await credentials.all())].map(([address, { username }]) => ({
        registry: address === hubAddress ? HUB : address,
        username,
      })),
    ),
    login: screen.registries.login.handler(async ({ input }) => {
      const { registry, username, password } = input;
      const address = registryAddress(registry);
      const given = { username, password };
      const identityToken = await checkCredentials(engine, authConfig(address, given));
      const kept = identityToken ? { ...given, password: '', identityToken } : given;
      return { keptIn: await credentials.put(address, kept) };
    }),
    logout: screen.registries.logout.handler(async ({ input: { registry } }) => {
      if (await credentials.erase(registryAddress(registry))) return;
      throw new HostError('invalid', `You aren't logged in to ${registry}`);
    }),
  };
}
