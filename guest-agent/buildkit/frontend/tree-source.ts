import type { Contexts, HeldTree } from '../files/contexts.ts';
import type { TreeFilter } from '../files/receive-tree.ts';
import type { Vertex } from '../jobs/vertex.ts';
import type { ClientSession } from '../session/client-session.ts';

/** A directory from which a build takes files. */
export interface TreeSource {
  /** Brings the files here, and shows the progress as a line of a step. */
  open(filter: TreeFilter, vertex: Vertex, line: string): Promise<HeldTree>;
}

/** A directory of the client. */
export function clientDirectory(
  contexts: Contexts,
  session: ClientSession,
  name: string,
  signal: AbortSignal,
): TreeSource {
  return {
    open: async (filter, vertex, line) => {
      const progress = vertex.line(line);
      let sent = 0;
      const report = (bytes: number) => {
        sent = bytes;
        progress.update(bytes);
      };
      const tree = await contexts.take(session, name, filter, report, signal);
      progress.complete(sent);
      return tree;
    },
  };
}

/**
 * A directory that is here already, such as an unpacked archive. As in BuildKit, `.dockerignore`
 * doesn't apply to archives.
 */
export function presentDirectory(path: string): TreeSource {
  return { open: async () => ({ path, [Symbol.asyncDispose]: async () => {} }) };
}
