import type { Engine } from '../../engine/engine.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { hasLabel, parseTime } from '../../engine/filters.ts';
import { isBefore } from '../api-version.ts';
import { filters } from '../query.ts';
import type { ApiRequest, Route } from '../route.ts';

type Filters = Record<string, string[]>;

/** Streams the engine's events. */
export function eventRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'GET',
      path: '/events',
      looksOn: 'when-said',
      handle: async (request) => {
        const contentType = eventsType(request);
        return {
          kind: 'stream',
          contentType,
          body: events(engine, request, filters(request.query), contentType),
        };
      },
    },
  ];
}

/** The types that a client can ask for, with what comes before each event. */
const types: Record<string, string> = {
  'application/jsonl': '',
  'application/x-ndjson': '',
  // RFC 7464: a record separator.
  'application/json-seq': '\x1e',
};

/** The type that the client asks for, or the default of its version of the API. */
function eventsType({ message, version }: ApiRequest): string {
  const asked = (message.headers.accept ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  const known = asked.find((type) => type !== undefined && Object.hasOwn(types, type));
  return known ?? (isBefore(version, '1.52') ? 'application/json' : 'application/jsonl');
}

async function* events(
  engine: Engine,
  { query, signal, version, message }: ApiRequest,
  wanted: Filters,
  contentType: string,
) {
  const encode = (event: EngineEvent) =>
    `${types[contentType] ?? ''}${encodeEvent(event, isBefore(version, '1.52'))}`;
  const since = query.get('since') ? parseTime(query.get('since') ?? '') : undefined;
  const until = query.get('until') ? parseTime(query.get('until') ?? '') : undefined;
  const end = new AbortController();
  const timer = until === undefined ? undefined : endAt(end, until);
  // Subscribes before the past events are sent, so that no event is lost in between.
  const live = engine.events.subscribe(AbortSignal.any([signal, end.signal]), () => {
    message.socket.destroy();
  });
  try {
    yield '';
    if (since !== undefined) {
      for (const event of [...engine.events.past()]) {
        const time = Number(event.timeNano / 1_000_000n);
        if (time >= since && (until === undefined || time <= until) && matches(event, wanted)) {
          yield encode(event);
        }
      }
    }
    for await (const event of live) if (matches(event, wanted)) yield encode(event);
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}

function endAt(controller: AbortController, time: number): NodeJS.Timeout {
  // Node fires a timer with a longer delay immediately.
  const delay = Math.min(Math.max(0, time - Date.now()), 2 ** 31 - 1);
  return setTimeout(() => controller.abort(), delay);
}

const tests: Record<string, (event: EngineEvent, value: string) => boolean> = {
  type: (event, value) => event.type === value,
  event: (event, value) => event.action === value || event.action.startsWith(`${value}:`),
  container: (event, value) => event.type === 'container' && names(event, value),
  image: (event, value) =>
    (event.type === 'image' && names(event, value)) || event.attributes.image === value,
  volume: (event, value) => event.type === 'volume' && names(event, value),
  network: (event, value) => event.type === 'network' && names(event, value),
  daemon: (event, value) => event.type === 'daemon' && names(event, value),
  label: (event, value) => hasLabel(event.attributes, value),
  scope: (_, value) => value === 'local',
};

/** As in Docker, an unknown filter hides nothing, and an event must have every label. */
function matches(event: EngineEvent, wanted: Filters): boolean {
  return Object.entries(wanted).every(([name, values]) => {
    const test = tests[name];
    if (test === undefined || values.length === 0) return true;
    const passes = (value: string) => test(event, value);
    return name === 'label' ? values.every(passes) : values.some(passes);
  });
}

function names(event: EngineEvent, value: string): boolean {
  return event.attributes.name === value || event.id.startsWith(value);
}

/**
 * `EventMessage`. Up to API 1.51, it has the fields that clients from before API 1.22 read, too.
 */
function encodeEvent(event: EngineEvent, withLegacy: boolean): string {
  const seconds = event.timeNano / 1_000_000_000n;
  const legacy =
    withLegacy && (event.type === 'container' || event.type === 'image')
      ? {
          status: event.action,
          id: event.id,
          ...(event.type === 'container' && { from: event.attributes.image }),
        }
      : {};
  const fields = JSON.stringify({
    ...legacy,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.id, Attributes: event.attributes },
    scope: 'local',
    time: Number(seconds),
  });
  // A JavaScript number can't hold this many nanoseconds exactly.
  return `${fields.slice(0, -1)},"timeNano":${event.timeNano}}\n`;
}
