import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { runProgram } from '../base/process.ts';
import {
  type DockerConfig,
  dockerConfigPath,
  readDockerConfig,
  writeDockerConfig,
} from '../docker-cli/docker-config.ts';
import type { Credentials } from './credentials.ts';
import { eraseFromHelper, getFromHelper, listInHelper, storeInHelper } from './helper.ts';
import { addressVariants } from './registry.ts';

const log = loggerOf('credentials');

/**
 * Registry credentials in Docker's own places: a credential helper of the system's keychain, or
 * `config.json`. The VM never stores them. Keys are as in `registryAddress`.
 */
export interface CredentialStore {
  /** Docker's `config.json`. */
  readonly path: string;
  get(address: string): Promise<Credentials | undefined>;
  /** Returns where the credentials are stored now. In the file, they aren't encrypted. */
  put(address: string, credentials: Credentials): Promise<'helper' | 'file'>;
  /** False if there were none. */
  erase(address: string): Promise<boolean>;
  /** All available credentials, by registry. Skips registries that a helper refuses. */
  all(): Promise<Map<string, Credentials>>;
}

export function createCredentialStore(
  path: string = dockerConfigPath(),
  platform: NodeJS.Platform = process.platform,
): CredentialStore {
  const get = async (config: DockerConfig, address: string) => {
    const helper = helperOf(config, address);
    const kept = helper && (await unlessMissing(getFromHelper(helper, address)));
    return kept || inFile(config, address);
  };

  return {
    path,
    get: async (address) => get(await readDockerConfig(path), address),

    async put(address, credentials) {
      const config = await readDockerConfig(path);
      if (!hasCredentials(config)) {
        const helper = await systemHelper(platform);
        if (helper) config.credsStore = helper;
      }
      const helper = helperOf(config, address);
      if (helper) await storeInHelper(helper, address, credentials);
      const entry = helper ? {} : fileEntry(credentials);
      await writeDockerConfig(path, { ...config, auths: { ...config.auths, [address]: entry } });
      return helper ? 'helper' : 'file';
    },

    async erase(address) {
      const config = await readDockerConfig(path);
      const names = addressVariants(address).filter((name) => config.auths?.[name]);
      const helper = helperOf(config, address);
      const kept = helper && (await getFromHelper(helper, address));
      if (kept) await eraseFromHelper(helper, address);
      if (names.length > 0) {
        const auths = Object.entries(config.auths ?? {}).filter(([name]) => !names.includes(name));
        await writeDockerConfig(path, { ...config, auths: Object.fromEntries(auths) });
      }
      return Boolean(kept) || names.length > 0;
    },

    async all() {
      const config = await readDockerConfig(path);
      const { auths = {}, credHelpers = {}, credsStore } = config;
      const listed = credsStore && (await log.attempt('Listing logins', listInHelper(credsStore)));
      const addresses = [...Object.keys(auths), ...Object.keys(credHelpers), ...(listed || [])];
      const found = new Map<string, Credentials>();
      // One at a time: a keychain may prompt the user for each.
      for (const address of new Set(addresses)) {
        const credentials = await log.attempt(
          `Reading the login of ${address}`,
          get(config, address),
        );
        if (credentials) found.set(address, credentials);
      }
      return found;
    },
  };
}

const helperOf = ({ credHelpers, credsStore }: DockerConfig, address: string) =>
  credHelpers?.[address] || credsStore || undefined;

const hasCredentials = ({ auths = {}, credHelpers = {}, credsStore }: DockerConfig) =>
  Boolean(credsStore) || Object.keys(auths).length + Object.keys(credHelpers).length > 0;

/**
 * The configuration may name a helper that was uninstalled with Docker Desktop. Public images must
 * still work.
 */
async function unlessMissing<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof HostError && error.code === 'missing-program') return undefined;
    throw error;
  }
}

function inFile({ auths = {} }: DockerConfig, address: string): Credentials | undefined {
  const entry = addressVariants(address)
    .map((name) => auths[name])
    .find((each) => each?.auth || each?.identitytoken);
  if (!entry) return undefined;
  const text = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return {
    username: colon < 0 ? text : text.slice(0, colon),
    // Very old Docker files pad with zero bytes.
    password: colon < 0 ? '' : text.slice(colon + 1).replace(/\0+$/, ''),
    ...(entry.identitytoken && { identityToken: entry.identitytoken }),
  };
}

function fileEntry({ username, password, identityToken }: Credentials) {
  const secret = identityToken ? '' : password;
  return {
    auth: Buffer.from(`${username}:${secret}`).toString('base64'),
    ...(identityToken && { identitytoken: identityToken }),
  };
}

const systemHelpers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['osxkeychain'],
  win32: ['wincred'],
  linux: ['secretservice', 'pass'],
};

/** The installed and working credential helper for the system's keychain, if any. */
async function systemHelper(platform: NodeJS.Platform): Promise<string | undefined> {
  for (const helper of systemHelpers[platform] ?? []) {
    const program = `docker-credential-${helper}`;
    const listed = await log.attempt(`Trying ${program}`, runProgram(program, ['list']));
    if (listed?.code === 0) return helper;
  }
  return undefined;
}
