import { expect, test } from 'vitest';
import { EngineError } from '../../errors.ts';
import { GrpcError } from '../grpc/status.ts';
import { dockerfileError } from './dockerfile-error.ts';

test.each([
  ['quotes a Dockerfile', 'FROM box\n', ['Vertex', 'Source']],
  ["doesn't quote a long Dockerfile", 'FROM box\n'.repeat(10_000), ['Vertex']],
])('an error %s', (_, text, expected) => {
  const error = dockerfileError(
    new EngineError('invalid', 'a fault'),
    { filename: 'Dockerfile', text },
    { vertex: 'sha256:x', lines: [1, 1] },
  );
  if (!(error instanceof GrpcError)) throw new Error(`no GrpcError: ${error}`);
  const names = error.details.map(({ typeUrl }) => /errdefs\.(\w+)/.exec(typeUrl)?.[1]);
  expect([error.message, names]).toEqual(['a fault', expected]);
});
