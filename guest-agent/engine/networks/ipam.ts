import { EngineError } from '../../errors.ts';
import { freeSubnet, freeUniqueLocalSubnet } from '../../network/free-subnet.ts';
import {
  contains,
  formatAddress,
  formatSubnet,
  overlap,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../network/subnet.ts';
import type { NetworkCreateRequest } from './create-request.ts';
import type { IpamConfig } from './network.ts';

type IpamRequest = NetworkCreateRequest['IPAM']['Config'][number];

/**
 * The subnets of a new network: the requested ones, checked, and a free one for each family without
 * one. Throws EngineError in Docker's words.
 */
export function requestedIpam(
  request: NetworkCreateRequest,
  inUse: readonly Subnet[],
): IpamConfig[] {
  const asked = request.IPAM.Config.filter(({ Subnet }) => Subnet !== '').map((config) =>
    checkedConfig(config, inUse),
  );
  const incomplete = request.IPAM.Config.find(({ Subnet }) => Subnet === '');
  if (incomplete && (incomplete.IPRange || incomplete.Gateway)) {
    throw invalid('specified gateway or IP range without a subnet');
  }
  const families = [
    ...((request.EnableIPv4 ?? true) ? ([4] as const) : []),
    ...(request.EnableIPv6 ? ([6] as const) : []),
  ];
  if (families.length === 0) {
    throw new EngineError('invalid', 'IPv4 or IPv6 must be enabled');
  }
  return families.map((family) => {
    const own = asked.filter(({ subnet }) => subnet.includes(':') === (family === 6));
    if (own.length > 1) {
      throw new EngineError('forbidden', "bridge driver doesn't support multiple subnets");
    }
    return own[0] ?? automatic(family === 4 ? freeSubnet(inUse) : freeUniqueLocalSubnet(inUse));
  });
}

function checkedConfig(config: IpamRequest, inUse: readonly Subnet[]): IpamConfig {
  const subnet = parseSubnet(config.Subnet);
  if (!subnet) throw invalid(`invalid subnet ${config.Subnet}: invalid CIDR block notation`);
  if (formatSubnet(subnet) !== canonical(config.Subnet)) {
    throw invalid(`invalid subnet ${config.Subnet}: it should be ${formatSubnet(subnet)}`);
  }
  if (config.IPRange) {
    const range = parseSubnet(config.IPRange);
    if (!range) throw invalid(`invalid ip-range ${config.IPRange}: invalid CIDR block notation`);
    const problem = rangeProblem(subnet, range);
    if (problem) throw invalid(`invalid ip-range ${config.IPRange}: ${problem}`);
  }
  for (const [what, address] of [
    ['gateway', config.Gateway],
    ...Object.values(config.AuxiliaryAddresses).map((auxiliary) => [
      'auxiliary address',
      auxiliary,
    ]),
  ]) {
    if (!address) continue;
    const parsed = parseAddress(address);
    if (!parsed) throw invalid(`invalid ${what} ${address}: invalid address`);
    if (parsed.family !== subnet.family) {
      throw invalid(`invalid ${what} ${address}: parent subnet is an IPv${subnet.family} block`);
    }
    if (!contains(subnet, parsed)) {
      const parent = formatSubnet(subnet);
      throw invalid(
        `invalid ${what} ${address}: parent subnet ${parent} doesn't contain this address`,
      );
    }
  }
  if (inUse.some((other) => overlap(other, subnet))) {
    throw new EngineError(
      'forbidden',
      'invalid pool request: Pool overlaps with other one on this address space',
    );
  }
  return {
    subnet: formatSubnet(subnet),
    gateway: config.Gateway || firstAddress(subnet),
    range: config.IPRange,
    auxiliary: config.AuxiliaryAddresses,
    chosen: true,
  };
}

function rangeProblem(subnet: Subnet, range: Subnet): string | undefined {
  if (range.family !== subnet.family) return `parent subnet is an IPv${subnet.family} block`;
  if (range.prefixLength < subnet.prefixLength) {
    return `CIDR block is bigger than its parent subnet ${formatSubnet(subnet)}`;
  }
  if (overlap(subnet, range)) return undefined;
  return `parent subnet ${formatSubnet(subnet)} doesn't contain ip-range`;
}

function automatic(text: string): IpamConfig {
  const subnet = parseSubnet(text);
  if (!subnet) throw new EngineError('internal', `${text} is not a valid subnet`);
  return { subnet: text, gateway: firstAddress(subnet), range: '', auxiliary: {}, chosen: false };
}

const firstAddress = ({ family, base }: Subnet) => formatAddress(family, base + 1n);

/** The same text with the address in canonical form. */
function canonical(text: string): string {
  const [address = '', length] = text.split('/');
  const parsed = parseAddress(address);
  return parsed ? `${formatAddress(parsed.family, parsed.value)}/${length}` : text;
}

function invalid(reason: string): EngineError {
  return new EngineError('invalid', `invalid network config:\n${reason}`);
}
