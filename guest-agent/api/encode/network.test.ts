import { expect, it } from 'vitest';
import { builtInNetworks } from '../../engine/networks/network.ts';
import { encodeNetwork } from './network.ts';

const encoded = builtInNetworks.map((network) => encodeNetwork(network, []));

it('shows the MTU of the default bridge where clients look for it', () => {
  const bridge = encoded.find(({ Name }) => Name === 'bridge');
  expect(bridge?.Options).toMatchObject({ 'com.docker.network.driver.mtu': '1500' });
});

it('shows the address for published ports that name none', () => {
  const addressWith = (hostIp: string) =>
    builtInNetworks.flatMap((network) => {
      const { Name, Options } = encodeNetwork(network, [], hostIp);
      return Name === 'bridge' ? [Options['com.docker.network.bridge.host_binding_ipv4']] : [];
    });
  expect(addressWith('')).toEqual(['0.0.0.0']);
  expect(addressWith('127.0.0.1')).toEqual(['127.0.0.1']);
});

it('shows no addresses for networks that don’t assign any', () => {
  const configs = encoded.map(({ Name, IPAM, Options }) => [Name, IPAM.Config, Options]);
  expect(configs).toContainEqual(['none', null, {}]);
  expect(configs).toContainEqual(['host', null, {}]);
});
