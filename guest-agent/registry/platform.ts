import { arch } from 'node:process';
import { EngineError } from '../errors.ts';

/** OCI image-spec, image-index.md, with Go's words (`amd64`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** The VM's platform. */
export function nativePlatform(): Platform {
  return arch === 'arm64'
    ? { os: 'linux', architecture: 'arm64', variant: 'v8' }
    : { os: 'linux', architecture: 'amd64' };
}

/** Parses `linux/amd64`, `linux/arm64/v8`, `arm64` or `linux`. Throws EngineError 'invalid'. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new EngineError('invalid', `"${text}" is an invalid platform: use OS/ARCH[/VARIANT]`);
  }
  const [first = '', second, third] = parts;
  if (second === undefined) {
    if (SYSTEMS.has(first)) return { ...nativePlatform(), os: first };
    const { architecture, variant } = ALIASES[first] ?? { architecture: first };
    if (!ARCHITECTURES.has(architecture)) {
      throw new EngineError(
        'invalid',
        `"${text}": unknown operating system or architecture: invalid argument`,
      );
    }
    return normalize({ os: 'linux', architecture, variant });
  }
  return normalize({ os: first, architecture: second, variant: third });
}

export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

/** A platform as BuildKit and images name it: arm64 is v8 anyway. */
export function ociPlatform({ os, architecture, variant }: Platform): Platform {
  const plain = variant === undefined || (architecture === 'arm64' && variant === 'v8');
  return { architecture, os, ...(plain ? {} : { variant }) };
}

/** `linux/amd64`, the name of a platform's result in a build. */
export function platformId(platform: Platform): string {
  return platformName(ociPlatform(platform));
}

/**
 * The index of the first candidate that runs on `wanted`, or -1. An exact variant is preferred to a
 * missing one.
 */
export function choosePlatform(
  wanted: Platform,
  candidates: readonly (Platform | undefined)[],
): number {
  const want = normalize(wanted);
  const fits = (exactVariant: boolean) =>
    candidates.findIndex((candidate) => {
      if (candidate === undefined) return false;
      const have = normalize(candidate);
      return (
        have.os === want.os &&
        have.architecture === want.architecture &&
        (have.variant === want.variant || (!exactVariant && want.variant === undefined))
      );
    });
  const exact = fits(true);
  return exact === -1 ? fits(false) : exact;
}

/** The operating systems and architectures that can stand alone. */
const SYSTEMS = new Set([
  ...['aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'js', 'linux'],
  ...['nacl', 'netbsd', 'openbsd', 'plan9', 'solaris', 'windows', 'zos'],
]);
const ARCHITECTURES = new Set([
  ...['386', 'amd64', 'amd64p32', 'arm', 'armbe', 'arm64', 'arm64be', 'loong64', 'mips', 'mipsle'],
  ...['mips64', 'mips64le', 'mips64p32', 'mips64p32le', 'ppc', 'ppc64', 'ppc64le', 'riscv'],
  ...['riscv64', 's390', 's390x', 'sparc', 'sparc64', 'wasm'],
]);

const ALIASES: Readonly<Record<string, Omit<Platform, 'os'>>> = {
  x86_64: { architecture: 'amd64' },
  'x86-64': { architecture: 'amd64' },
  aarch64: { architecture: 'arm64' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
  i386: { architecture: '386' },
};

/** arm64 without a variant means v8, and arm means v7. amd64's v1 is omitted. */
function normalize({ os, architecture, variant }: Platform): Platform {
  const name = ALIASES[architecture]?.architecture ?? architecture;
  if (name === 'arm64') return { os, architecture: name, variant: variant ?? 'v8' };
  if (name === 'arm') return { os, architecture: name, variant: variant ?? 'v7' };
  if (name === 'amd64' && variant === 'v1') return { os, architecture: name };
  return variant === undefined ? { os, architecture: name } : { os, architecture: name, variant };
}
