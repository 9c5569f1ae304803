import { StringDecoder } from 'node:string_decoder';
import type { EngineClient } from '../engine/client.ts';
import { containerLogs } from '../engine/logs.ts';
import { readFrames } from '../engine/stream-frames.ts';
import { engineEvents } from '../engine/system.ts';
import { HostError } from '../errors.ts';
import { LABELS, ofProject } from './labels.ts';
import { listProjectContainers } from './observe.ts';

/** One line that a container of a project has written. */
export interface ProjectLogLine {
  readonly service: string;
  /** The container's name without the project's: `web-1`. */
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface ProjectLogOptions {
  readonly services?: readonly string[];
  readonly follow?: boolean;
  /** Number of lines of each container, or `all`. */
  readonly tail?: string;
  readonly timestamps?: boolean;
}

/**
 * Hands over the lines of all containers of a project. With `follow` it goes on with what they
 * write, and with containers that start meanwhile, until `signal` aborts.
 */
export async function projectLogs(
  client: EngineClient,
  project: string,
  options: ProjectLogOptions,
  take: (line: ProjectLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { services = [], follow = false } = options;
  const isWanted = (service: string) => services.length === 0 || services.includes(service);
  const since = String(Date.now() / 1000);
  const reading: Promise<void>[] = [];
  const read = (id: string, name: string, service: string, tail: string) => {
    const container = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
    const line = { service, container };
    const done = readLines(client, id, { ...options, tail }, signal, (stream, text) =>
      take({ ...line, stream, text }),
    );
    reading.push(
      done.catch((error: unknown) => {
        // A container that is removed, or a reader that leaves, is no failure of the others.
        const isGone = error instanceof HostError && error.status === 404;
        if (!signal.aborted && !isGone) throw error;
      }),
    );
  };
  const containers = await listProjectContainers(client, project);
  for (const { id, name, service } of containers) {
    if (isWanted(service)) read(id, name, service, options.tail ?? 'all');
  }
  if (follow) {
    try {
      const filters = { ...ofProject(project), type: ['container'], event: ['start'] };
      for await (const { Actor } of engineEvents(client, { since, filters, signal })) {
        const service = Actor.Attributes[LABELS.service] ?? '';
        // What it wrote before this start has been shown.
        if (isWanted(service)) read(Actor.ID, Actor.Attributes.name ?? '', service, '0');
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  await Promise.all(reading);
}

async function readLines(
  client: EngineClient,
  id: string,
  options: ProjectLogOptions,
  signal: AbortSignal,
  take: (stream: 'stdout' | 'stderr', text: string) => void,
): Promise<void> {
  const { follow = false, tail = 'all', timestamps = false } = options;
  const { body, raw } = await containerLogs(client, id, { follow, tail, timestamps, signal });
  const streams = { stdout: lineReader(), stderr: lineReader() };
  if (raw) {
    for await (const chunk of body) for (const line of streams.stdout(chunk)) take('stdout', line);
  } else {
    for await (const { stream, data } of readFrames(body)) {
      for (const line of streams[stream](data)) take(stream, line);
    }
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    for (const line of streams[stream](Buffer.from('\n'))) if (line !== '') take(stream, line);
  }
}

/** Whole lines out of pieces, without their ends. */
function lineReader(): (data: Buffer) => string[] {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (data) => {
    const lines = (rest + decoder.write(data)).split('\n');
    rest = lines.pop() ?? '';
    return lines.map((line) => line.replace(/\r$/, ''));
  };
}
