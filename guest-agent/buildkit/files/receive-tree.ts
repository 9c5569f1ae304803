import { awaitedElsewhere } from '../../errors.ts';
import { FileSync } from '../generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import { callStreaming, type Metadata } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { ClientSession } from '../session/client-session.ts';
import { receivePackets } from './receive-packets.ts';
import type { TreeWriter } from './tree-writer.ts';

/** Which files of a client's directory are needed. */
export interface TreeFilter {
  /** Only these paths and what they lead to. Empty means all. */
  readonly paths: readonly string[];
  /** Patterns of paths to leave out, in the form of `.dockerignore`. */
  readonly excluded: readonly string[];
}

/**
 * Brings a client's directory here: asks for a list, and for the content of the files that
 * `writer` needs. `name` is the client's name for the directory.
 */
export async function receiveTree(
  session: ClientSession,
  name: string,
  { paths, excluded }: TreeFilter,
  writer: TreeWriter,
  report: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const method = FileSync.method.diffCopy;
  if (!session.has(methodPath(method))) {
    throw new GrpcError(grpcCode.unknown, `no local sources enabled: can't read ${name}`);
  }
  const metadata = {
    'dir-name': [name],
    ...metadataList('followpaths', paths),
    ...metadataList('exclude-patterns', excluded),
  };
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  const exchange = callStreaming(session.http2, method, metadata, limited);
  try {
    const { ended } = await receivePackets(exchange, writer, report);
    // The tree is whole, so how the call ends makes no difference.
    ended.catch(awaitedElsewhere);
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Headers are ASCII. A list with any other character is percent-encoded. */
function metadataList(name: string, values: readonly string[]): Metadata {
  if (values.length === 0) return {};
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (values.every((value) => /^[\x00-\x7f]*$/.test(value))) return { [name]: values };
  return { [name]: values.map(queryEscape), [`${name}-encoded`]: '1' };
}

/** As Go's url.QueryEscape. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
