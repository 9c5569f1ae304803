import { KubeError } from '../../../guest-agent/kube/kube-error.ts';
import { decode, isObject } from '../../../guest-agent/kube/schema/decode.ts';
import { decodeProtobuf } from '../../../guest-agent/kube/schema/decode-protobuf.ts';
import { loadMessageNumbers } from '../../../guest-agent/kube/schema/protobuf-fields.ts';
import { loadSchemas } from '../../../guest-agent/kube/schema/schemas.ts';
import type { Random } from '../../fixtures/random.ts';
import type { Target } from '../target.ts';

const field = (number: number, content: Buffer | string) => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
};
const varint = (value: number): Buffer =>
  value < 128
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)]);
const object = (apiVersion: string, kind: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])),
    field(2, content),
  ]);
const metadata = field(
  1,
  Buffer.concat([field(1, 'name'), field(11, Buffer.concat([field(1, 'a'), field(2, 'b')]))]),
);

/** Objects in Kubernetes' protobuf form. */
export async function openKubeProtobuf(): Promise<Target> {
  const [schemas, numbers] = await Promise.all([loadSchemas(), loadMessageNumbers()]);
  return {
    seeds: [
      object('v1', 'Namespace', metadata),
      object(
        'v1',
        'ConfigMap',
        Buffer.concat([metadata, field(2, Buffer.concat([field(1, 'k'), field(2, 'v')]))]),
      ),
      object(
        'apps/v1',
        'Deployment',
        Buffer.concat([
          metadata,
          field(2, Buffer.concat([Buffer.from([8, 3]), field(3, metadata)])),
        ]),
      ),
    ],
    generate: (random) =>
      object(
        random.pick(['v1', 'apps/v1', 'batch/v1']),
        random.pick(['Pod', 'Service', 'Deployment', 'Job', 'Secret', 'Node']),
        message(random, 4),
      ),
    words: ['k8s\0', '\x0a\x02v1', '\x12\x03Pod', '\xff\xff\xff\xff\x0f', '\x08\x01'],
    read(input) {
      const decoded = decodeProtobuf(schemas, numbers, input);
      if (!isObject(decoded)) return;
      const { apiVersion, kind } = decoded;
      const schema = schemas.ofKind(String(apiVersion), String(kind));
      decode(schemas, schema, decoded, String(kind));
    },
    expects: (error) => error instanceof KubeError,
  };
}

function message(random: Random, depth: number): Buffer {
  return Buffer.concat(
    random.times(0, 4, () => {
      const number = random.integer(1, 15);
      if (random.chance(0.2))
        return Buffer.concat([Buffer.from([number << 3]), varint(random.integer(0, 1 << 20))]);
      return field(
        number,
        depth > 0 && random.chance(0.7) ? message(random, depth - 1) : random.pick(['', 'a', '\0']),
      );
    }),
  );
}
