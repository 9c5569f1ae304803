import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An unknown authority and a server certificate that it signed, as files. */
export interface PrivateAuthority {
  /** In PEM. */
  readonly authority: string;
  readonly authorityPath: string;
  readonly certificate: string;
  readonly key: string;
}

/** Creates both with openssl in `directory`, for servers with these names. */
export async function makeAuthority(
  directory: string,
  names: readonly string[],
): Promise<PrivateAuthority> {
  const file = (name: string) => join(directory, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=Private Authority'],
    ...['-keyout', file('authority.key'), '-out', file('authority.pem')],
  ]);
  const alternatives = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`));
  await writeFile(file('names'), `subjectAltName=${alternatives.join(',')}\n`);
  await run('openssl', [
    ...['req', ...key, '-subj', '/CN=server', '-keyout', file('server.key')],
    ...['-out', file('server.csr')],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', file('server.csr'), '-days', '2', '-extfile', file('names')],
    ...['-CA', file('authority.pem'), '-CAkey', file('authority.key'), '-CAcreateserial'],
    ...['-out', file('server.pem')],
  ]);
  return {
    authority: await readFile(file('authority.pem'), 'utf8'),
    authorityPath: file('authority.pem'),
    certificate: file('server.pem'),
    key: file('server.key'),
  };
}
