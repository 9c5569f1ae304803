import { readFile, stat } from 'node:fs/promises';
import { Secrets } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/secrets/secrets_pb.js';
import { type Method, unary } from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { parseFields } from '../../../guest-agent/grammar/csv-fields.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';

/** Where a secret of a build is: in a file or in a variable. */
export type SecretSource =
  | { readonly id: string; readonly file: string }
  | { readonly id: string; readonly variable: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** BuildKit's limit. */
const MAX_BYTES = 500 << 10;

/**
 * Reads `--secret id=ID[,src=PATH|,env=NAME]`. Without a source, a variable named as the secret
 * counts, or else the file of that name. Throws HostError 'invalid'.
 */
export function parseSecret(text: string, environment: Environment): SecretSource {
  const fields = new Map<string, string>();
  for (const field of parseFields(text)) {
    const [name, value] = splitEntry(field);
    const key = name.toLowerCase();
    if (value === undefined) {
      throw new HostError('invalid', `invalid field '${field}' must be a key=value pair`);
    }
    if (!['type', 'id', 'source', 'src', 'env'].includes(key)) {
      throw new HostError('invalid', `unexpected key '${key}' in '${field}'`);
    }
    if (key === 'type' && value !== 'file' && value !== 'env') {
      throw new HostError('invalid', `unsupported secret type "${value}"`);
    }
    fields.set(key === 'source' ? 'src' : key, value);
  }
  const source = fields.get('src');
  const id = fields.get('id') ?? source ?? '';
  if (id === '') throw new HostError('invalid', 'secret missing ID');
  if (fields.get('type') === 'env') return { id, variable: fields.get('env') ?? source ?? id };
  const variable = fields.get('env');
  if (variable !== undefined) return { id, variable };
  if (source !== undefined) return { id, file: source };
  return environment[id] === undefined ? { id, file: id } : { id, variable: id };
}

/** Fails before the build if a secret's file is missing. Throws HostError 'invalid'. */
export async function checkSecrets(sources: readonly SecretSource[]): Promise<void> {
  for (const source of sources) {
    if (!('file' in source)) continue;
    const { size } = await stat(source.file).catch((cause) => {
      const reason = codeOf(cause) === 'ENOENT' ? 'no such file or directory' : codeOf(cause);
      throw new HostError(
        'invalid',
        `failed to stat ${source.file}: stat ${source.file}: ${reason}`,
        {
          cause,
        },
      );
    });
    if (size > MAX_BYTES) {
      throw new HostError('invalid', `secret ${source.id} too big. max size 500KB`);
    }
  }
}

/** Gives the engine the secrets that `RUN --mount=type=secret` asks for. */
export function secretsService(sources: readonly SecretSource[], environment: Environment): Method {
  return unary(Secrets.method.getSecret, async ({ ID }) => {
    const source = sources.find(({ id }) => id === ID);
    if (source === undefined) throw new GrpcError(grpcCode.notFound, `secret ${ID}: not found`);
    if ('variable' in source) return { data: Buffer.from(environment[source.variable] ?? '') };
    return { data: await readFile(source.file) };
  });
}
