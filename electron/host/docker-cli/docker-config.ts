import { mkdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { codeOf } from '../base/system-error.ts';

const log = loggerOf('docker-cli');

/** An entry without content says that a helper keeps the credentials. */
const authSchema = z.looseObject({
  /** `user:password` in base64. */
  auth: z.string().optional(),
  identitytoken: z.string().optional(),
});

/** What containers and builds are told of proxies. */
const proxiesSchema = z.looseObject({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  noProxy: z.string().optional(),
  allProxy: z.string().optional(),
});

/** What we read of Docker's `config.json`; everything else passes through untouched. */
const dockerConfigSchema = z.looseObject({
  auths: z.record(z.string(), authSchema).optional(),
  /** Name of the helper for all registries, and of those for single ones. */
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  /** By the engine's address; `default` is for those that are not named. */
  proxies: z.record(z.string(), proxiesSchema).optional(),
});
export type DockerConfig = z.infer<typeof dockerConfigSchema>;

/** `config.json` in `$DOCKER_CONFIG`, or in `~/.docker`. */
export function dockerConfigPath(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

/** Empty when there is no such file. Rejects with HostError 'invalid' when it cannot be read. */
export async function readDockerConfig(path: string): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new HostError('invalid', `${path} cannot be read`, { cause });
  }
  try {
    return text.trim() === '' ? {} : dockerConfigSchema.parse(JSON.parse(text));
  } catch (cause) {
    // The cause may hold what the file holds: it is not told.
    throw new HostError('invalid', `${path} is not a Docker configuration`, {
      hint: 'Repair the file, or move it away.',
      cause,
    });
  }
}

/** Replaces the file, owner-only. A link to it stays one. */
export async function writeDockerConfig(path: string, config: DockerConfig): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Some virtual drives on Windows can't resolve paths.
  const file = (await log.attempt(`Resolving ${path}`, realpath(path))) ?? path;
  await writeFileAtomic(file, `${JSON.stringify(config, undefined, '\t')}\n`, 0o600);
}
