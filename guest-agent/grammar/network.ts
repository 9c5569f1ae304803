import { formatFields, parseFields } from './csv-fields.ts';
import type { EndpointRequest, EndpointSettings } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';
import { keyValueEntries, splitEntry } from './key-values.ts';

/** A network that a container joins, with its settings there. */
export interface NetworkJoin {
  readonly name: string;
  readonly aliases?: readonly string[] | undefined;
  readonly links?: readonly string[] | undefined;
  readonly ip?: string | undefined;
  readonly ip6?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly driverOptions?: Readonly<Record<string, string>> | undefined;
  readonly gatewayPriority?: number | undefined;
}

/** Reads a network's name, or the long form `name=NET,alias=NAME,ip=ADDRESS`. */
export function parseNetwork(text: string): NetworkJoin {
  if (!text.includes('=')) return { name: text, aliases: [] };
  let join: NetworkJoin & { readonly aliases: readonly string[] } = { name: '', aliases: [] };
  for (const field of parseFields(text)) {
    const [key, value = ''] = splitEntry(field.trim());
    switch (key.toLowerCase()) {
      case 'name':
        join = { ...join, name: value };
        break;
      case 'alias':
        join = { ...join, aliases: [...join.aliases, value] };
        break;
      case 'ip':
        join = { ...join, ip: value };
        break;
      case 'ip6':
        join = { ...join, ip6: value };
        break;
      case 'mac-address':
        join = { ...join, macAddress: value };
        break;
      case 'driver-opt': {
        const [name, option = ''] = splitEntry(value);
        join = { ...join, driverOptions: { ...join.driverOptions, [name]: option } };
        break;
      }
      case 'gw-priority':
        if (!/^-?\d+$/.test(value)) throw invalid(text, `gw-priority "${value}" is not a number`);
        join = { ...join, gatewayPriority: Number(value) };
        break;
      default:
        throw invalid(text, `unknown field "${key}"`);
    }
  }
  if (join.name === '') throw invalid(text, 'the name is missing');
  return join;
}

function invalid(text: string, reason: string): GrammarError {
  return new GrammarError(`invalid network "${text}": ${reason}`);
}

/** The value of `--network`: only the name if there are no other settings. */
export function formatNetwork(join: NetworkJoin): string {
  const { name, aliases = [], ip, ip6, macAddress, driverOptions, gatewayPriority } = join;
  const fields = [
    ...aliases.map((alias) => `alias=${alias}`),
    ...keyValueEntries(driverOptions).map((option) => `driver-opt=${option}`),
    ...(ip === undefined ? [] : [`ip=${ip}`]),
    ...(ip6 === undefined ? [] : [`ip6=${ip6}`]),
    ...(macAddress === undefined ? [] : [`mac-address=${macAddress}`]),
    ...(gatewayPriority === undefined ? [] : [`gw-priority=${gatewayPriority}`]),
  ];
  return fields.length > 0 ? formatFields([`name=${name}`, ...fields]) : name;
}

/** The engine's endpoint settings for a network. */
export function endpointOf(join: Omit<NetworkJoin, 'name'>): EndpointRequest {
  const { aliases = [], links, ip, ip6, macAddress, driverOptions, gatewayPriority } = join;
  return {
    ...(aliases.length > 0 && { Aliases: [...aliases] }),
    ...(links && { Links: [...links] }),
    ...((ip !== undefined || ip6 !== undefined) && {
      IPAMConfig: {
        ...(ip !== undefined && { IPv4Address: ip }),
        ...(ip6 !== undefined && { IPv6Address: ip6 }),
      },
    }),
    ...(macAddress !== undefined && { MacAddress: macAddress }),
    ...(driverOptions && { DriverOpts: { ...driverOptions } }),
    ...(gatewayPriority !== undefined && { GwPriority: gatewayPriority }),
  };
}

/** The inverse of `endpointOf`. */
export function joinOf(name: string, endpoint: EndpointSettings): NetworkJoin {
  return {
    ...{ name, aliases: endpoint.Aliases, links: endpoint.Links },
    ip: endpoint.IPAMConfig?.IPv4Address,
    ip6: endpoint.IPAMConfig?.IPv6Address,
    macAddress: endpoint.MacAddress,
    driverOptions: endpoint.DriverOpts ?? undefined,
    gatewayPriority: endpoint.GwPriority,
  };
}

/** Whether a `NetworkMode` is a network that a user created. */
export const isUserDefined = (mode: string) =>
  !/^(|default|bridge|host|none|container:.*)$/.test(mode);
