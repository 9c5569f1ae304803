import { resolve } from 'node:path';
import { sendTree } from '../../../guest-agent/buildkit/files/send-tree.ts';
import { FileSync } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import { PacketSchema } from '../../../guest-agent/buildkit/generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { methodPath } from '../../../guest-agent/buildkit/grpc/method.ts';
import {
  exchanging,
  type Method,
  type OpenCall,
} from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { percentDecoded } from '../../../guest-agent/grammar/percent-decoded.ts';
import { contextFiles } from './context-files.ts';

/** Directories that the engine may read, by the name that the build gives them. */
export type Directories = ReadonlyMap<string, string>;

/** Sends the engine the files that it needs of the build's directories. */
export function fileSync(directories: Directories): Method {
  return exchanging(methodPath(FileSync.method.diffCopy), async (call) => {
    const [name = ''] = listIn(call, 'dir-name');
    const directory = directories.get(name);
    if (directory === undefined) {
      throw new GrpcError(grpcCode.notFound, `no access allowed to dir "${name}"`);
    }
    const files = contextFiles(resolve(directory), {
      paths: [...listIn(call, 'followpaths'), ...listIn(call, 'include-patterns')],
      excluded: listIn(call, 'exclude-patterns'),
    });
    await sendTree(call.open({ input: PacketSchema, output: PacketSchema }), files, () => {});
  });
}

/** The values of a repeated header. The engine encodes all of them if one isn't ASCII. */
function listIn({ headers, rawHeaders }: OpenCall, name: string): string[] {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1] === name);
  if (headers[`${name}-encoded`] !== '1') return values;
  return values.map((value) => percentDecoded(value.replaceAll('+', ' ')) ?? value);
}
