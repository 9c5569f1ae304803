import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { KubeError } from '../kube-error.ts';
import type { Json } from '../schema/decode.ts';
import { decodeProtobuf } from '../schema/decode-protobuf.ts';
import { loadMessageNumbers } from '../schema/protobuf-fields.ts';
import type { Schemas } from '../schema/schemas.ts';

/** As much as etcd takes, and some. */
const MAX_BODY_BYTES = 3 << 20;

/** Reads JSON, YAML or Kubernetes' protobuf. Undefined if there is no body. */
export async function readBody(
  message: IncomingMessage,
  schemas: Schemas,
): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      throw new KubeError('BadRequest', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return undefined;
  const type = contentType(message.headers['content-type']);
  if (type === 'application/vnd.kubernetes.protobuf') {
    return decodeProtobuf(schemas, await loadMessageNumbers(), bytes);
  }
  const text = bytes.toString('utf8');
  if (type.includes('cbor')) {
    throw new KubeError(
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  }
  try {
    return type.includes('yaml') && !/^\s*[{[]/.test(text) ? parse(text) : JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new KubeError('BadRequest', `error decoding the request: ${message}`, { cause });
  }
}

/** Without parameters. */
export function contentType(header: string | undefined): string {
  return (header ?? '').replace(/;.*/s, '').trim().toLowerCase();
}
