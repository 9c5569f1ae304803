import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';
import { defaultMachine } from '../home/paths.ts';
import { dockerConfigPath, readDockerConfig, writeDockerConfig } from './docker-config.ts';

/*
 * Contexts of the `docker` command, in the files where it keeps them itself:
 * `contexts/meta/<sha256 of the name>/meta.json` beside its `config.json`.
 */

/** The machine that a context leads to. */
export interface ContextTarget {
  readonly name: string;
  /** A unix socket, or a named pipe on Windows. */
  readonly engineSocket: string;
}

const metaSchema = z.looseObject({
  Name: z.string(),
  Metadata: z.looseObject({ Berth: z.string().optional() }).optional(),
  Endpoints: z.record(z.string(), z.looseObject({ Host: z.string().optional() })).optional(),
});
type Meta = z.infer<typeof metaSchema>;

/** `berth` for the default machine, `berth-NAME` for the others. */
export function contextName(machine: string): string {
  return machine === defaultMachine ? 'berth' : `berth-${machine}`;
}

/** What `DOCKER_HOST` says for a socket or a named pipe. */
export function dockerHost(engineSocket: string): string {
  return engineSocket.startsWith('\\\\')
    ? `npipe://${engineSocket.replaceAll('\\', '/')}`
    : `unix://${engineSocket}`;
}

/**
 * Makes the context of a machine, or brings it up to date; answers its name. Idempotent. Rejects
 * with HostError 'invalid' when there is one of that name that somebody else made.
 */
export async function installDockerContext(
  target: ContextTarget,
  config = dockerConfigPath(),
): Promise<string> {
  const name = contextName(target.name);
  const path = metaPath(config, name);
  const found = await readMeta(path);
  if (found && !isOurs(found, target)) throw foreign(name);
  const description = target.name === defaultMachine ? 'Berth' : `Berth, machine "${target.name}"`;
  const meta: Meta = {
    Name: name,
    // Docker keeps what it does not know; by this, the context is known to be ours.
    Metadata: { Description: description, Berth: target.name },
    Endpoints: { docker: { Host: dockerHost(target.engineSocket), SkipTLSVerify: false } },
  };
  if (isDeepStrictEqual(found, meta)) return name;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFileAtomic(path, JSON.stringify(meta), 0o644);
  return name;
}

/**
 * Takes the context away, and has `docker` speak to its default again if this was its current one.
 * Idempotent; a context that somebody else made stays, and so does that of a machine of the same name
 * elsewhere (another BERTH_HOME), while it is there. Answers whether it was taken away.
 */
export async function removeDockerContext(
  target: ContextTarget,
  config = dockerConfigPath(),
): Promise<boolean> {
  const name = contextName(target.name);
  const path = metaPath(config, name);
  const found = await readMeta(path);
  if (!found || !(leadsTo(found, target) || isOrphan(found))) return false;
  // First: a current context that is not there would be an error at each command.
  const { currentContext, ...rest } = await readDockerConfig(config);
  if (currentContext === name) await writeDockerConfig(config, rest);
  await rm(dirname(path), { recursive: true, force: true });
  return true;
}

/** Makes the context, and has `docker` speak to it from now on. Answers its name. */
export async function useDockerContext(
  target: ContextTarget,
  config = dockerConfigPath(),
): Promise<string> {
  const name = await installDockerContext(target, config);
  const found = await readDockerConfig(config);
  if (found.currentContext !== name) {
    await writeDockerConfig(config, { ...found, currentContext: name });
  }
  return name;
}

/** How the machine's context is, and which one `docker` uses, for those who look for mistakes. */
export async function dockerContextState(target: ContextTarget, config = dockerConfigPath()) {
  const name = contextName(target.name);
  const found = await readMeta(metaPath(config, name));
  const { currentContext } = await readDockerConfig(config);
  const host = found?.Endpoints?.docker?.Host;
  const state =
    found === undefined
      ? ('absent' as const)
      : !isOurs(found, target)
        ? ('foreign' as const)
        : host === dockerHost(target.engineSocket)
          ? ('current' as const)
          : ('stale' as const);
  return { name, state, used: typeof currentContext === 'string' ? currentContext : 'default' };
}

function metaPath(config: string, name: string): string {
  const id = createHash('sha256').update(name).digest('hex');
  return join(dirname(config), 'contexts', 'meta', id, 'meta.json');
}

/** One that was made by hand and leads to this machine's socket is as good as ours. */
function isOurs(meta: Meta, target: ContextTarget): boolean {
  return meta.Metadata?.Berth !== undefined || leadsTo(meta, target);
}

function leadsTo({ Endpoints }: Meta, { engineSocket }: ContextTarget): boolean {
  return Endpoints?.docker?.Host === dockerHost(engineSocket);
}

/** Berth's own, of a machine whose directory is no longer there. */
function isOrphan({ Metadata, Endpoints }: Meta): boolean {
  const [, socket] = /^unix:\/\/(.+)$/.exec(Endpoints?.docker?.Host ?? '') ?? [];
  return Metadata?.Berth !== undefined && socket !== undefined && !existsSync(dirname(socket));
}

async function readMeta(path: string): Promise<Meta | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    return metaSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HostError('invalid', `${path} is not a Docker context`, {
      hint: 'Remove its directory, or repair the file.',
      cause,
    });
  }
}

function foreign(name: string): HostError {
  return new HostError('invalid', `There is a docker context "${name}" that is not Berth's`, {
    hint: `It is left as it is. \`docker context rm ${name}\` makes room.`,
  });
}
