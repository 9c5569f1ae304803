import { expect, it } from 'vitest';
import { endpointSlices, endpoints } from '../objects/resources.ts';
import { validate } from './validate.ts';

const metadata = { name: 'web', namespace: 'default' };

it('refuses endpoints on the node itself', () => {
  const written = (ip: string) => ({ metadata, subsets: [{ addresses: [{ ip }] }] });
  expect(() => validate(endpoints, written('192.168.1.5'), undefined)).not.toThrow();
  expect(() => validate(endpoints, written('127.0.0.1'), undefined)).toThrow(
    'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  );
  expect(() => validate(endpoints, written('example.com'), undefined)).toThrow('valid IP address');
});

it('refuses slices with addresses of the node itself', () => {
  const slice = (addressType: string, address: string) => ({
    ...{ metadata, addressType, endpoints: [{ addresses: [address] }] },
  });
  expect(() => validate(endpointSlices, slice('IPv4', '10.1.2.3'), undefined)).not.toThrow();
  expect(() => validate(endpointSlices, slice('FQDN', 'example.com'), undefined)).not.toThrow();
  expect(() => validate(endpointSlices, slice('IPv6', '::ffff:127.0.0.1'), undefined)).toThrow(
    'endpoints[0].addresses[0]: Invalid value: "::ffff:127.0.0.1": may not be in the loopback range',
  );
  expect(() => validate(endpointSlices, slice('IPv4', '0.0.0.0'), undefined)).toThrow(
    'may not be unspecified',
  );
});
