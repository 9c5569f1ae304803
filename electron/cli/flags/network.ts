import { HostError } from '../../host/base/errors.ts';

/** One network that a container joins, and how. */
export interface NetworkFlag {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly macAddress?: string;
  readonly driverOptions?: Readonly<Record<string, string>>;
  readonly gatewayPriority?: number;
}

/** Parses a network's name or its long form, `name=NET,alias=NAME,ip=ADDRESS`. */
export function parseNetwork(text: string): NetworkFlag {
  if (!text.includes('=')) return { name: text, aliases: [] };
  const fields: { -readonly [Name in keyof NetworkFlag]: NetworkFlag[Name] } = {
    ...{ name: '', aliases: [] },
  };
  for (const field of text.split(',')) {
    const [, key = field, value = ''] = /^([^=]*)=(.*)$/s.exec(field.trim()) ?? [];
    switch (key.toLowerCase()) {
      case 'name':
        fields.name = value;
        break;
      case 'alias':
        fields.aliases = [...fields.aliases, value];
        break;
      case 'ip':
        fields.ip = value;
        break;
      case 'ip6':
        fields.ip6 = value;
        break;
      case 'mac-address':
        fields.macAddress = value;
        break;
      case 'driver-opt': {
        const [name = '', option = ''] = value.split(/=(.*)/s);
        fields.driverOptions = { ...fields.driverOptions, [name]: option };
        break;
      }
      case 'gw-priority':
        if (!/^-?\d+$/.test(value)) throw invalid(text, `gw-priority "${value}" is no number`);
        fields.gatewayPriority = Number(value);
        break;
      default:
        throw invalid(text, `unknown field "${key}"`);
    }
  }
  if (fields.name === '') throw invalid(text, 'it has no name');
  return fields;
}

function invalid(text: string, reason: string): HostError {
  return new HostError('invalid', `invalid network "${text}": ${reason}`);
}
