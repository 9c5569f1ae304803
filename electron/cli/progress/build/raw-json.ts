import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { StatusResponse } from '../../../host/buildkit/trace.ts';
import type { Output } from '../../context.ts';
import type { BuildDisplay } from './display.ts';

/** Prints each report as a line of JSON, as `docker build --progress=rawjson` does. */
export class RawJsonDisplay implements BuildDisplay {
  readonly #output: Pick<Output, 'write'>;

  constructor(output: Pick<Output, 'write'>) {
    this.#output = output;
  }

  add({ vertexes, statuses, logs, warnings }: StatusResponse): void {
    const document = {
      vertexes: vertexes.map(({ digest, inputs, name, cached, started, completed, error }) =>
        present({
          ...{ digest, inputs: inputs.length > 0 ? inputs : undefined, name },
          ...{ started: timeOf(started), completed: timeOf(completed) },
          ...{ cached: cached || undefined, error: error || undefined },
        }),
      ),
      statuses: statuses.map(({ ID, vertex, current, total, timestamp, started, completed }) =>
        present({
          ...{ id: ID, vertex, total: Number(total) || undefined, current: Number(current) },
          ...{ timestamp: timeOf(timestamp), started: timeOf(started) },
          completed: timeOf(completed),
        }),
      ),
      logs: logs.map(({ vertex, stream, msg, timestamp }) => ({
        ...{ vertex, stream: Number(stream), data: Buffer.from(msg).toString('base64') },
        timestamp: timeOf(timestamp),
      })),
      warnings: warnings.map(({ vertex, level, short, detail, url, info, ranges }) =>
        present({
          ...{ vertex, level: Number(level), short: Buffer.from(short).toString('base64') },
          detail: detail.map((line) => Buffer.from(line).toString('base64')),
          url: url || undefined,
          sourceInfo: info && {
            filename: info.filename,
            data: Buffer.from(info.data).toString('base64'),
          },
          range: ranges.map(({ start, end }) => ({ start, end })),
        }),
      ),
    };
    const filled = Object.entries(document).filter(([, list]) => list.length > 0);
    this.#output.write(`${JSON.stringify(Object.fromEntries(filled), plain)}\n`);
  }

  end(): void {}
}

function timeOf(time: Timestamp | undefined): string | undefined {
  return time === undefined ? undefined : timestampDate(time).toISOString();
}

/** Without the fields that Go leaves out too. */
function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Messages have fields of their own that aren't data. */
function plain(key: string, value: unknown): unknown {
  if (key.startsWith('$')) return undefined;
  return typeof value === 'bigint' ? Number(value) : value;
}
