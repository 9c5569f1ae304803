import { HostError } from '../../host/base/errors.ts';

/** `linux/arm64/v8` as the engine's query has it (JSON of an OCI platform); nothing for nothing. */
export function platformQuery(text: string | undefined): { platform?: string } {
  if (text === undefined) return {};
  const parts = text.toLowerCase().split('/');
  const [first = '', second, variant] = parts;
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new HostError('invalid', `invalid platform: "${text}"`, {
      hint: 'a platform is os[/arch[/variant]], as in linux/amd64',
    });
  }
  const platform =
    second === undefined
      ? { os: 'linux', architecture: first }
      : { os: first, architecture: second, ...(variant === undefined ? {} : { variant }) };
  return { platform: JSON.stringify(platform) };
}
