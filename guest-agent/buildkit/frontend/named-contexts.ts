import type { NamedContext, Progress } from '../../build/session.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import {
  type Definition,
  OpSchema,
} from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { readMessage } from '../grpc/read-message.ts';
import type { Result } from '../jobs/job.ts';
import { REFERENCE } from './result-definition.ts';

/** Where the contexts of `--build-context` come from. */
export interface NamedContextParts {
  readonly contexts: ReadonlyMap<string, string>;
  /** Results of other builds, by the name that the client gives them here. */
  readonly inputs: Readonly<Record<string, Definition>>;
  readonly result: (id: string) => Result | undefined;
  readonly pull: (name: string) => Progress<StoredImage>;
  /** A directory of the client, by its name. */
  readonly directory: (name: string) => Promise<string>;
  /** A git repository, or a file on the web, by its address. */
  readonly remote: (address: string) => Promise<string>;
}

/** Finds the context that the client gave for a name. Throws EngineError 'invalid'. */
export function namedContext(parts: NamedContextParts, name: string): NamedContext | undefined {
  const value = parts.contexts.get(name.toLowerCase());
  if (value === undefined) return undefined;
  const [, kind = '', rest = ''] = /^([a-z-]+):(?:\/\/)?(.*)$/s.exec(value) ?? [];
  // `git@host:path`
  switch (value.startsWith('git@') ? 'git' : kind) {
    case 'docker-image':
      return { kind: 'image', open: () => (rest === 'scratch' ? nothing() : parts.pull(rest)) };
    case 'git':
    case 'ssh':
    case 'http':
    case 'https':
      return { kind: 'directory', open: () => parts.remote(value) };
    case 'local':
      return { kind: 'directory', open: () => parts.directory(rest) };
    case 'input': {
      const result = inputResult(parts, rest);
      return {
        kind: 'image',
        // biome-ignore lint/correctness/useYield: the image is here already
        open: async function* () {
          return result.image;
        },
      };
    }
    default:
      throw new EngineError(
        'invalid',
        `Berth can't use ${value} as the build context ${name}. Use a directory, an image or another target`,
      );
  }
}

/** The files of `FROM scratch`. */
// biome-ignore lint/correctness/useYield: there is nothing to wait for
async function* nothing(): Progress<StoredImage | undefined> {
  return undefined;
}

function inputResult({ inputs, result }: NamedContextParts, name: string): Result {
  for (const bytes of inputs[name]?.def ?? []) {
    const { op } = readMessage(OpSchema, bytes);
    const identifier = op.case === 'source' ? op.value.identifier : '';
    if (!identifier.startsWith(REFERENCE)) continue;
    const found = result(identifier.slice(REFERENCE.length));
    if (found !== undefined) return found;
  }
  throw new EngineError('invalid', `the result of the other target (${name}) isn't there any more`);
}
