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

/**
 * Contexts of the `docker` command, in Docker's own files: `contexts/meta/<sha256 of the
 * name>/meta.json` beside `config.json`.
 */

/** The VM that a context leads to. */
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

/** The `DOCKER_HOST` value for a socket or a named pipe. */
export function dockerHost(engineSocket: string): string {
  return engineSocket.startsWith('\\\\')
    ? `npipe://${engineSocket.replaceAll('\\', '/')}`
    : `unix://${engineSocket}`;
}

/**
 * Creates or updates a VM's context and returns its name. Idempotent. Rejects with HostError
 * 'invalid' if another program created a context of that name.
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
    // Docker keeps unknown fields. This one marks the context as Berth's.
    Metadata: { Description: description, Berth: target.name },
    Endpoints: { docker: { Host: dockerHost(target.engineSocket), SkipTLSVerify: false } },
  };
  if (isDeepStrictEqual(found, meta)) return name;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFileAtomic(path, JSON.stringify(meta), 0o644);
  return name;
}

/**
 * Removes the context. If it was the current one, `docker` uses its default again. Idempotent.
 * Keeps contexts that another program created, and those of a VM of the same name in another
 * existing BERTH_HOME. Returns whether the context was removed.
 */
export async function removeDockerContext(
  target: ContextTarget,
  config = dockerConfigPath(),
): Promise<boolean> {
  const name = contextName(target.name);
  const path = metaPath(config, name);
  const found = await readMeta(path);
  if (!found || !(leadsTo(found, target) || isOrphan(found))) return false;
  // First, because `docker` fails if its current context doesn't exist.
  const { currentContext, ...rest } = await readDockerConfig(config);
  if (currentContext === name) await writeDockerConfig(config, rest);
  await rm(dirname(path), { recursive: true, force: true });
  return true;
}

/** Creates the context and makes it `docker`'s current one. Returns its name. */
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

/** The state of the VM's context, and the current context of `docker`, for the doctor. */
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

/** A context that the user created for this VM's socket counts as Berth's. */
function isOurs(meta: Meta, target: ContextTarget): boolean {
  return meta.Metadata?.Berth !== undefined || leadsTo(meta, target);
}

function leadsTo({ Endpoints }: Meta, { engineSocket }: ContextTarget): boolean {
  return Endpoints?.docker?.Host === dockerHost(engineSocket);
}

/** A context of Berth's whose VM directory no longer exists. */
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
    throw new HostError('invalid', `${path} isn't a valid Docker context`, {
      hint: 'Repair the file, or remove its directory.',
      cause,
    });
  }
}

function foreign(name: string): HostError {
  return new HostError('invalid', `Another program already created a docker context "${name}"`, {
    hint: `Berth didn't change it. To remove it, run \`docker context rm ${name}\`.`,
  });
}
