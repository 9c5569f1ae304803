import { expect, it } from 'vitest';
import { builtInNetworks } from '../../engine/networks/network.ts';
import { encodeNetwork } from './network.ts';

const encoded = builtInNetworks.map((network) => encodeNetwork(network, []));

it('tells the MTU of the default bridge, where clients look for it', () => {
  const bridge = encoded.find(({ Name }) => Name === 'bridge');
  expect(bridge?.Options).toMatchObject({ 'com.docker.network.driver.mtu': '1500' });
});

it('has no addresses to tell of networks that give none', () => {
  const configs = encoded.map(({ Name, IPAM, Options }) => [Name, IPAM.Config, Options]);
  expect(configs).toContainEqual(['none', null, {}]);
  expect(configs).toContainEqual(['host', null, {}]);
});
