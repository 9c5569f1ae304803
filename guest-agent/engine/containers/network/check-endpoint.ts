import { EngineError } from '../../../errors.ts';
import { contains, parseAddress, parseSubnet } from '../../../network/subnet.ts';
import { isBuiltIn, type Network } from '../../networks/network.ts';
import type { EndpointRequest } from '../request/endpoint-request.ts';

/** Throws EngineError 'invalid' in Docker's words for settings that the network can't provide. */
export function checkEndpoint(network: Network, request: EndpointRequest): void {
  const problems = [
    ...(isBuiltIn(network) ? builtInProblems(request) : []),
    ...addressProblems(network, 4, request.askedAddress),
    ...addressProblems(network, 6, request.askedAddress6),
    ...(request.askedMacAddress && !isMacAddress(request.askedMacAddress)
      ? [`invalid MAC address ${request.askedMacAddress}`]
      : []),
  ];
  if (problems.length > 0) {
    throw new EngineError(
      'invalid',
      `invalid config for network ${network.name}: invalid endpoint settings:\n${listed(problems)}`,
    );
  }
}

/** Joins problems. Several problems get a bullet each. */
function listed(problems: readonly string[]): string {
  return problems.length > 1
    ? problems.map((problem) => `* ${problem}`).join('\n')
    : problems.join();
}

function builtInProblems(request: EndpointRequest): string[] {
  return [
    ...(request.askedAddress || request.askedAddress6
      ? ['user specified IP address is supported on user defined networks only']
      : []),
    ...(request.aliases.length > 0
      ? ['network-scoped alias is supported only for containers in user defined networks']
      : []),
  ];
}

function addressProblems(network: Network, family: 4 | 6, address: string): string[] {
  if (address === '') return [];
  const parsed = parseAddress(address);
  if (parsed?.family !== family) return [`invalid IPv${family} address: ${address}`];
  const chosen = network.ipam
    .filter((config) => config.chosen)
    .map(({ subnet }) => parseSubnet(subnet));
  if (chosen.some((subnet) => subnet && contains(subnet, parsed))) return [];
  return [
    chosen.length > 0
      ? `no configured subnet or ip-range contain the IP address ${address}`
      : 'user specified IP address is supported only when connecting to networks with user configured subnets',
  ];
}

const isMacAddress = (text: string) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text);
