import { HostError } from '../../host/base/errors.ts';

/**
 * `linux/arm64/v8` as a query for the engine: an OCI platform in JSON. Empty without a platform.
 */
export function platformQuery(text: string | undefined): { platform?: string } {
  if (text === undefined) return {};
  const parts = text.toLowerCase().split('/');
  const [first = '', second, variant] = parts;
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new HostError('invalid', `invalid platform: "${text}"`, {
      hint: 'Use the form os[/arch[/variant]], e.g. linux/amd64.',
    });
  }
  const platform =
    second === undefined
      ? { os: 'linux', architecture: first }
      : { os: first, architecture: second, ...(variant === undefined ? {} : { variant }) };
  return { platform: JSON.stringify(platform) };
}
