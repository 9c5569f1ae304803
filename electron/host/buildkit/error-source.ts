import * as z from 'zod';
import { fromStatus, GrpcError } from '../../../guest-agent/buildkit/grpc/status.ts';
import { quoteLines } from '../../../guest-agent/contract/quoted-lines.ts';
import { parseJson } from '../base/parse-json.ts';

const positionSchema = z.object({ line: z.number().default(0) });
const rangeSchema = z.object({ start: positionSchema, end: positionSchema.optional() });

/** The document in which BuildKit tells the place of an error. */
const sourceSchema = z.object({
  info: z.object({ filename: z.string().default(''), data: z.string().default('') }),
  ranges: z.array(rangeSchema).default([]),
});

/** A place in a Dockerfile. Lines count from 1. */
export interface ErrorSource {
  readonly filename: string;
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** Where in the Dockerfile a past build failed, if the engine says so. */
export function statusSource(status: Parameters<typeof fromStatus>[0]): ErrorSource | undefined {
  return errorSource(fromStatus(status));
}

/** Where in the Dockerfile a build failed, if the engine says so. */
export function errorSource(error: unknown): ErrorSource | undefined {
  const failure = grpcErrorIn(error);
  for (const { typeUrl, value } of failure?.details ?? []) {
    if (!typeUrl.endsWith('errdefs.Source+json')) continue;
    const parsed = sourceSchema.safeParse(parseJson(Buffer.from(value).toString()));
    const [range] = parsed.data?.ranges ?? [];
    if (!parsed.success || range === undefined) continue;
    const { filename, data } = parsed.data.info;
    const first = range.start.line;
    const last = Math.max(first, range.end?.line ?? 0);
    return { filename, text: Buffer.from(data, 'base64').toString(), first, last };
  }
  return undefined;
}

function grpcErrorIn(error: unknown): GrpcError | undefined {
  if (error instanceof GrpcError) return error;
  return error instanceof Error ? grpcErrorIn(error.cause) : undefined;
}

/** The lines around a place, as buildx quotes them below an error. */
export function quoteSource({ filename, text, first, last }: ErrorSource): string {
  return quoteLines(filename, text, [first, last]);
}
