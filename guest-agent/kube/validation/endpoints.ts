import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Endpoints } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { whySpecial } from '../../network/special-addresses.ts';
import type { FieldErrors } from './field-errors.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

/** The addresses of other machines. Those of this node itself must not be opened to others. */
export function checkEndpoints({ subsets }: Endpoints, errors: FieldErrors): void {
  for (const [index, subset] of (subsets ?? []).entries()) {
    for (const list of ['addresses', 'notReadyAddresses'] as const) {
      for (const [place, { ip }] of (subset[list] ?? []).entries()) {
        const at = `subsets[${index}].${list}[${place}].ip`;
        if (isIP(ip) === 0) errors.invalid(at, ip, 'must be a valid IP address');
        else checkSpecial(ip, at, errors);
      }
    }
  }
}

export function checkEndpointSlice(
  { addressType, endpoints }: EndpointSlice,
  errors: FieldErrors,
): void {
  if (!addressType) errors.required('addressType');
  else if (!ADDRESS_TYPES.includes(addressType)) {
    errors.notSupported('addressType', addressType, ADDRESS_TYPES);
  }
  for (const [index, { addresses }] of (endpoints ?? []).entries()) {
    for (const [place, address] of (addresses ?? []).entries()) {
      const at = `endpoints[${index}].addresses[${place}]`;
      if (addressType === 'IPv4' && !isIPv4(address)) {
        errors.invalid(at, address, 'must be an IPv4 address');
      } else if (addressType === 'IPv6' && !isIPv6(address)) {
        errors.invalid(at, address, 'must be an IPv6 address');
      } else if (isIP(address) !== 0) checkSpecial(address, at, errors);
    }
  }
}

function checkSpecial(address: string, at: string, errors: FieldErrors): void {
  const wrong = whySpecial(address);
  if (wrong) errors.invalid(at, address, wrong);
}
