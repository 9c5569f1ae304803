import { isIPv4 } from 'node:net';

/** Where macOS's DHCP server for VMs keeps its leases. Every user can read the file. */
export const leasesPath = '/var/db/dhcpd_leases';

/**
 * The IPv4 address that macOS leased to a network card. The server puts new and renewed leases first,
 * and drops the leading zeros of a MAC address's parts.
 */
export function leasedAddress(leases: string, mac: string): string | undefined {
  for (const [, entry = ''] of leases.matchAll(/\{([^}]*)\}/g)) {
    const fields = new Map(
      entry.split('\n').flatMap((line): [string, string][] => {
        const at = line.indexOf('=');
        return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
      }),
    );
    // The first part is the type of hardware: 1 is Ethernet.
    const [type, card = ''] = (fields.get('hw_address') ?? '').split(',');
    const address = fields.get('ip_address') ?? '';
    if (type === '1' && withoutZeros(card) === withoutZeros(mac) && isIPv4(address)) return address;
  }
  return undefined;
}

const withoutZeros = (mac: string) =>
  mac
    .toLowerCase()
    .split(':')
    .map((part) => part.replace(/^0(?=.)/, ''))
    .join(':');
