import { mkdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { codeOf } from '../base/system-error.ts';

const log = loggerOf('docker-cli');

/** An empty entry means that a helper has the credentials. */
const authSchema = z.looseObject({
  /** `user:password` in base64. */
  auth: z.string().optional(),
  identitytoken: z.string().optional(),
});

/** The proxy settings of containers and builds. */
const proxiesSchema = z.looseObject({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  noProxy: z.string().optional(),
  allProxy: z.string().optional(),
});

/**
 * The parts of Docker's `config.json` that Berth reads; everything else is passed through
 * unchanged.
 */
const dockerConfigSchema = z.looseObject({
  auths: z.record(z.string(), authSchema).optional(),
  /** The helper for all registries, and helpers for single registries. */
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  /** By the engine's address; `default` applies to all others. */
  proxies: z.record(z.string(), proxiesSchema).optional(),
});
export type DockerConfig = z.infer<typeof dockerConfigSchema>;

/** `config.json` in `$DOCKER_CONFIG`, or in `~/.docker`. */
export function dockerConfigPath(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

/** Empty if the file doesn't exist. Rejects with HostError 'invalid' if it can't be read. */
export async function readDockerConfig(path: string): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new HostError('invalid', `Can't read ${path}`, { cause });
  }
  try {
    return text.trim() === '' ? {} : dockerConfigSchema.parse(JSON.parse(text));
  } catch (cause) {
    // Omits the cause, because it may quote secrets from the file.
    throw new HostError('invalid', `${path} isn't a valid Docker configuration`, {
      hint: 'Repair the file, or rename it.',
      cause,
    });
  }
}

/** Replaces the file, owner-only. If it is a link, replaces its target. */
export async function writeDockerConfig(path: string, config: DockerConfig): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Some virtual drives on Windows can't resolve paths.
  const file = (await log.attempt(`Resolving ${path}`, realpath(path))) ?? path;
  await writeFileAtomic(file, `${JSON.stringify(config, undefined, '\t')}\n`, 0o600);
}
