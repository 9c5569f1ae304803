import { open, readFile } from 'node:fs/promises';
import { arch, availableParallelism, freemem, platform, release, totalmem } from 'node:os';
import * as z from 'zod';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { Settings } from '../../api/settings.ts';
import { olderLog } from '../base/log-file.ts';
import type { ExaminedHost } from '../doctor/check.ts';
import { examine } from '../doctor/doctor.ts';
import { listContainers } from '../engine/containers.ts';
import { engineInfo, engineVersion } from '../engine/system.ts';
import { readDataDiskRecord } from '../home/data-disk-record.ts';
import { readImageManifest } from '../home/image-manifest.ts';
import { accelerationPath, appLogPath, cliLogPath, crashDumpsDirectory } from '../home/paths.ts';
import { guestArchitecture } from '../home/resources.ts';
import { chooseImage, readImageRecord, vmImagePaths } from '../home/vm-images.ts';
import type { Machines } from '../machine/machines.ts';
import { findCrashDumps } from './crash-dumps.ts';

export interface DiagnosedHost extends ExaminedHost {
  readonly machines: Machines;
}

export interface DiagnosticsOptions {
  /** The version of the calling program. */
  readonly version?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether to include the newest crash dumps of the app; true by default. */
  readonly crashDumps?: boolean;
}

/** The number of bytes to take from the end of a log. */
const largestLog = 1024 * 1024;

/** The environment variables that affect Berth; no others are included. */
const telling =
  /^(BERTH_|DOCKER_HOST$|DOCKER_CONTEXT$|DOCKER_CONFIG$|PATH$|SHELL$|(HTTPS?|NO|ALL)_PROXY$)/i;

/**
 * The bundle's contents, by file name. Summaries replace documents that could contain secrets of
 * containers: the bundle has no environment, command or label of a container.
 */
export function contents(
  host: DiagnosedHost,
  { version, environment = process.env }: DiagnosticsOptions,
): Record<string, () => Promise<string>> {
  const { paths, machine, engine } = host;
  return {
    'computer.json': async () =>
      json({
        berth: version,
        node: process.versions.node,
        ...{ platform: platform(), release: release(), arch: arch() },
        ...{ processors: availableParallelism(), memory: totalmem(), freeMemory: freemem() },
        environment: Object.fromEntries(
          Object.entries(environment)
            .filter(([name]) => telling.test(name))
            .map(([name, value]) => [name, withoutLogin(value)]),
        ),
      }),
    'status.json': async () => json(await machine.status()),
    'machines.json': async () => json(await host.machines.list()),
    'doctor.json': async () => json(await examine(host, environment)),
    'settings.json': async () => json(withoutLogins(await host.settings.read())),
    'data-disk.json': async () => json(await readDataDiskRecord(paths)),
    'image.json': async () =>
      json(await readImageManifest(chooseImage(host.home, guestArchitecture(), environment).files)),
    'crashes.json': async () => {
      const dumps = await findCrashDumps(crashDumpsDirectory(host.home));
      return json(dumps.map(({ name, size, modified }) => ({ name, size, modified })));
    },
    'vm-images.json': async () =>
      json(readImageRecord(vmImagePaths(host.home, guestArchitecture()))),
    'acceleration.json': () => readFile(accelerationPath(host.home), 'utf8'),
    'console.log': () => tail(paths.console),
    ...logFiles({
      'supervisor.log': paths.supervisorLog,
      'app.log': appLogPath(host.home),
      'cli.log': cliLogPath(host.home),
    }),
    'hypervisor.log': () => tail(paths.hypervisorLog),
    'agent.log': async () => {
      return (await machine.inGuest(`tail -c ${largestLog / 4} ${guestPaths.agentLog}`)).stdout;
    },
    'engine.json': async () => {
      await requireRunning(host);
      return json({
        version: await engineVersion(engine),
        info: summarySchema.parse(await engineInfo(engine)),
      });
    },
    'containers.json': async () => {
      await requireRunning(host);
      const found = await listContainers(engine, { all: true });
      return json(
        found.map(({ Id, Names, Image, State, Status, Created, Ports }) => ({
          ...{ Id, Names, Image, State, Status, Created, Ports },
        })),
      );
    },
  };
}

/**
 * Drops everything up to the last `@`, because a password can contain any character. Only proxy
 * variables can contain one.
 */
const withoutLogin = (address: string | undefined) =>
  address?.replace(/^(\w+:\/\/)?.*@/s, '$1[removed]@');

function withoutLogins({ proxy, ...settings }: Settings) {
  if (!proxy) return settings;
  const { http, https, exclude } = proxy;
  return { ...settings, proxy: { http: withoutLogin(http), https: withoutLogin(https), exclude } };
}

/** The output of `docker info` without the names of proxies and registries. */
const summarySchema = z.object({
  ...{ Containers: z.number(), ContainersRunning: z.number(), Images: z.number() },
  ...{ ServerVersion: z.string(), KernelVersion: z.string(), OperatingSystem: z.string() },
  ...{ Driver: z.string(), NCPU: z.number(), MemTotal: z.number() },
  Warnings: z.array(z.string()),
});

const json = (document: unknown) => `${JSON.stringify(document, undefined, 2)}\n`;

/** Requests to an unavailable engine would wait. */
async function requireRunning({ machine }: DiagnosedHost): Promise<void> {
  const { state } = await machine.status();
  if (state !== 'running') throw new Error(`the VM is ${state}`);
}

/** Each log, and its previous file. */
function logFiles(logs: Readonly<Record<string, string>>): Record<string, () => Promise<string>> {
  const files = Object.entries(logs).flatMap(([name, path]) => [
    [name, () => tail(path)] as const,
    [olderLog(name), () => tail(olderLog(path))] as const,
  ]);
  return Object.fromEntries(files);
}

async function tail(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, largestLog);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}
