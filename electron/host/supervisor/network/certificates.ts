import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import type { GuestConfig } from '../../../../guest-agent/contract/config.ts';
import { HostError } from '../../base/errors.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The authorities that this computer trusts beside those that every Node does: the system's store
 * and NODE_EXTRA_CA_CERTS. None of the system's where Node is too old to tell (before 22.15).
 */
export function hostAuthorities(): string[] {
  if (!('getCACertificates' in tls)) return [];
  const everyones = new Set(tls.rootCertificates.map(bare));
  const own = [...tls.getCACertificates('system'), ...tls.getCACertificates('extra')];
  return distinct(own.filter((certificate) => !everyones.has(bare(certificate))));
}

/** The authorities in PEM files. Rejects with HostError 'invalid', naming the file. */
export async function readAuthorities(paths: readonly string[]): Promise<string[]> {
  const files = await Promise.all(paths.map(readCertificates));
  return distinct(files.flat());
}

type RegistryCertificates = GuestConfig['registries']['certificates'];

/**
 * What Docker keeps of single registries in `certs.d`: a folder for each, with authorities in
 * `*.crt`, and certificates to show in `NAME.cert` with `NAME.key`. Rejects with HostError
 * 'invalid', naming the file.
 */
export async function readRegistryCertificates(directory: string): Promise<RegistryCertificates> {
  const registries = await list(directory);
  const entries = await Promise.all(
    registries.map(async (registry) => {
      const folder = join(directory, registry);
      const names = (await list(folder)).sort();
      const authorities = await readAuthorities(
        names.filter((name) => name.endsWith('.crt')).map((name) => join(folder, name)),
      );
      const clients = await Promise.all(
        names
          .filter((name) => name.endsWith('.cert'))
          .map(async (name) => ({
            certificate: await readText(join(folder, name)),
            key: await readText(join(folder, name.replace(/cert$/, 'key'))),
          })),
      );
      return [registry, { authorities, clients }] as const;
    }),
  );
  return Object.fromEntries(
    entries.filter(([, { authorities, clients }]) => authorities.length + clients.length > 0),
  );
}

async function readCertificates(path: string): Promise<string[]> {
  const certificates = (await readText(path)).match(PEM) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (cause) {
    throw unusable(path, 'holds a certificate that is damaged', cause);
  }
  if (certificates.length === 0) throw unusable(path, 'holds no certificate in PEM form');
  return certificates;
}

const readText = (path: string) =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable(path, 'cannot be read', cause);
  });

/** Names in a directory; none where there is no directory. */
async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw unusable(directory, 'cannot be read', cause);
  });
}

function unusable(path: string, what: string, cause?: unknown): HostError {
  return new HostError('invalid', `${path} ${what}`, {
    hint: 'Correct the file, or take it out of the settings or of certs.d.',
    cause,
  });
}

/** Two spellings of one certificate differ in line ends only. */
const bare = (certificate: string) => certificate.replace(/\s/g, '');

const distinct = (certificates: readonly string[]) => [
  ...new Map(certificates.map((certificate) => [bare(certificate), certificate])).values(),
];
