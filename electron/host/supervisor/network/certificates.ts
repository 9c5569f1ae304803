import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import type { GuestConfig } from '../../../../guest-agent/contract/config.ts';
import { HostError } from '../../base/errors.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificate authorities that this host trusts in addition to Node's own: the system's store
 * and NODE_EXTRA_CA_CERTS. Node before 22.15 can't read the system's store.
 */
export function hostAuthorities(): string[] {
  if (!('getCACertificates' in tls)) return [];
  const everyones = new Set(tls.rootCertificates.map(bare));
  const own = [...tls.getCACertificates('system'), ...tls.getCACertificates('extra')];
  return distinct(own.filter((certificate) => !everyones.has(bare(certificate))));
}

/** Reads the authorities in PEM files. Rejects with HostError 'invalid', naming the file. */
export async function readAuthorities(paths: readonly string[]): Promise<string[]> {
  const files = await Promise.all(paths.map(readCertificates));
  return distinct(files.flat());
}

type RegistryCertificates = GuestConfig['registries']['certificates'];

/**
 * Docker's settings for single registries in `certs.d`: a folder for each, with authorities in
 * `*.crt`, and client certificates in `NAME.cert` with `NAME.key`. Rejects with HostError
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
    throw unusable(path, 'contains a damaged certificate', cause);
  }
  if (certificates.length === 0)
    throw unusable(path, `doesn't contain a certificate in PEM format`);
  return certificates;
}

const readText = (path: string) =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable(path, `can't be read`, cause);
  });

/** The names in a directory; empty if the directory doesn't exist. */
async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw unusable(directory, `can't be read`, cause);
  });
}

function unusable(path: string, what: string, cause?: unknown): HostError {
  return new HostError('invalid', `${path} ${what}`, {
    hint: 'Correct the file, or remove it from the settings or from certs.d.',
    cause,
  });
}

/** Copies of one certificate may differ in line endings. */
const bare = (certificate: string) => certificate.replace(/\s/g, '');

const distinct = (certificates: readonly string[]) => [
  ...new Map(certificates.map((certificate) => [bare(certificate), certificate])).values(),
];
