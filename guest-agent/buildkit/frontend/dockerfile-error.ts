import { DockerfileError } from '../../build/dockerfile/parse.ts';
import { redacted } from '../../build/git/redacted.ts';
import { EngineError } from '../../errors.ts';
import { type ErrorDetail, GrpcError, grpcCode } from '../grpc/status.ts';

/** The Dockerfile, as clients quote it below an error. */
export interface DockerfileSource {
  readonly filename: string;
  readonly text: string;
}

/** A longer Dockerfile isn't quoted: errors travel in the trailers of a call, which clients limit. */
export const MAX_QUOTED = 32 << 10;

/** Where an error comes from. */
export interface ErrorOrigin {
  /** The step that clients show the output of. */
  readonly vertex?: string | undefined;
  readonly lines?: readonly [first: number, last: number] | undefined;
}

/** An error of a build with its place in the Dockerfile. */
export function dockerfileError(
  error: unknown,
  source: DockerfileSource,
  { vertex, lines }: ErrorOrigin = {},
): unknown {
  if (!(error instanceof EngineError)) return error;
  const place = error instanceof DockerfileError ? ([error.line, error.endLine] as const) : lines;
  const details: ErrorDetail[] = [];
  if (vertex !== undefined) details.push(detail('Vertex', { digest: vertex }));
  if (place !== undefined && place[0] > 0 && source.text.length <= MAX_QUOTED) {
    const [start, end] = place.map((line) => ({ line }));
    details.push(
      detail('Source', {
        info: {
          filename: source.filename,
          data: Buffer.from(source.text).toString('base64'),
          language: 'Dockerfile',
        },
        ranges: [{ start, end }],
      }),
    );
  }
  return new GrpcError(grpcCode.unknown, redacted(error.message), { details, cause: error });
}

/** BuildKit sends these documents as JSON, unlike other messages. */
function detail(name: string, document: object): ErrorDetail {
  return {
    typeUrl: `github.com/moby/buildkit/errdefs.${name}+json`,
    value: Buffer.from(JSON.stringify(document)),
  };
}
