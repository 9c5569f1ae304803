import type { Duplex } from 'node:stream';
import { logAttributes } from '../../engine/containers/logs/log-attributes.ts';
import { type ContainerLogQuery, readContainerLog } from '../../engine/containers/logs/logs.ts';
import { hasProcess } from '../../engine/containers/record/container.ts';
import { attachContainer } from '../../engine/containers/streams/attach.ts';
import { parseDetachKeys } from '../../engine/containers/streams/detach-keys.ts';
import { dropInput, type Encode } from '../../engine/containers/streams/streams.ts';
import type { Engine } from '../../engine/engine.ts';
import { parseTime } from '../../engine/filters.ts';
import { EngineError } from '../../errors.ts';
import { compareVersions } from '../api-version.ts';
import { encodeLog, encodeLogDetails } from '../encode/log.ts';
import { flag } from '../query.ts';
import { type ApiRequest, empty, type Reply, type Route } from '../route.ts';
import { frame, multiplexedStream, rawStream, unframed } from '../stream-frames.ts';

/** Input and output of containers. */
export function containerIoRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'POST',
      path: '/containers/:id/attach',
      handle: async (request) => attachReply(engine, request),
    },
    {
      method: 'GET',
      path: '/containers/:id/attach/ws',
      handle: async (request) => {
        const { connect } = attach(engine, request, unframed);
        // Connects only after the handshake. Without a client nobody reads the output, and a
        // process whose output nobody reads stops.
        return { kind: 'websocket', run: (client) => connect()(client) };
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/logs',
      handle: async (request) => logsReply(engine, request),
    },
    {
      method: 'POST',
      path: '/containers/:id/resize',
      handle: async ({ params, query }) => {
        const { height, width } = terminalSize(query);
        const container = engine.containers.get(params.id ?? '');
        if (!hasProcess(container.record)) {
          throw new EngineError('conflict', `Container ${container.id} is not running`);
        }
        await engine.processes.resizeTerminal(
          engine.directories.bundle(container.id),
          height,
          width,
        );
        return empty(200);
      },
    },
  ];
}

/** `h` and `w` of a resize request, in characters. Throws EngineError 'invalid'. */
export function terminalSize(query: URLSearchParams): { height: number; width: number } {
  return { height: dimension(query, 'h', 'height'), width: dimension(query, 'w', 'width') };
}

function dimension(query: URLSearchParams, parameter: string, name: string): number {
  const value = query.get(parameter) ?? '';
  if (!/^\d{1,9}$/.test(value)) {
    throw new EngineError('invalid', `invalid resize ${name} "${value}": invalid syntax`);
  }
  return Number(value);
}

/**
 * A terminal's stream is raw, others are framed. Clients since API 1.42 expect the content type to
 * say so.
 */
export function streamType(tty: boolean, version: string): string {
  return tty || compareVersions(version, '1.42') < 0 ? rawStream : multiplexedStream;
}

function attachReply(engine: Engine, request: ApiRequest): Reply {
  const { tty, connect } = attach(engine, request, frame);
  return { kind: 'hijack', contentType: streamType(tty, request.version), run: connect() };
}

/** Attaches as the query asks. `encode` is for a container without a terminal. */
function attach(engine: Engine, { params, query }: ApiRequest, encode: Encode) {
  const container = engine.containers.get(params.id ?? '');
  const { config, state } = container.record;
  if (state.status === 'paused' || state.status === 'restarting') {
    throw new EngineError(
      'conflict',
      `container ${container.id} is ${state.status}: it can't be attached to`,
    );
  }
  const options = {
    stdin: flag(query, 'stdin') && config.OpenStdin,
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr'),
    logs: flag(query, 'logs'),
    stream: flag(query, 'stream'),
    tty: config.Tty,
    closesStdin: config.StdinOnce && !config.Tty,
    detachKeys: parseDetachKeys(query.get('detachKeys') ?? undefined),
  };
  return {
    tty: config.Tty,
    connect: () => {
      const run = attachContainer(engine, container, options, config.Tty ? unframed : encode);
      return (client: Duplex) => {
        if (!options.stdin) dropInput(client);
        return run(client);
      };
    },
  };
}

function logsReply(engine: Engine, { params, query, version, signal }: ApiRequest): Reply {
  const container = engine.containers.get(params.id ?? '');
  const stdout = flag(query, 'stdout');
  const stderr = flag(query, 'stderr');
  if (!stdout && !stderr) {
    throw new EngineError('invalid', 'Bad parameters: you must choose at least one stream');
  }
  return {
    kind: 'stream',
    contentType: streamType(container.record.config.Tty, version),
    body: encodeLog(readContainerLog(engine, container, logQuery(query, signal)), {
      encode: container.record.config.Tty ? unframed : frame,
      wanted: { stdout, stderr },
      timestamps: flag(query, 'timestamps'),
      details: flag(query, 'details') ? encodeLogDetails(logAttributes(container.record)) : '',
    }),
  };
}

function logQuery(query: URLSearchParams, signal: AbortSignal): ContainerLogQuery {
  const tail = query.get('tail');
  const since = logTime(query.get('since'));
  const until = logTime(query.get('until'));
  return {
    signal,
    follow: flag(query, 'follow'),
    ...(tail && /^\d+$/.test(tail) && { tail: Number(tail) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** Parses `SECONDS[.NANOSECONDS]` or a date into nanoseconds. 0 and '' mean no limit. */
function logTime(value: string | null): bigint | undefined {
  if (!value || value === '0') return undefined;
  const exact = /^(\d+)\.(\d{1,9})$/.exec(value);
  if (exact)
    return BigInt(exact[1] ?? 0) * 1_000_000_000n + BigInt((exact[2] ?? '').padEnd(9, '0'));
  return BigInt(Math.floor(parseTime(value))) * 1_000_000n;
}
