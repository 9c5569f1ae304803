import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/** Directories of the pipes. */
const directories = new Map<string, string>();

/**
 * Where a test's server listens: a socket in the directory, or a named pipe on Windows. Pipes aren't files,
 * and disappear with their server.
 */
export function testSocket(directory: string, name: string): string {
  if (process.platform !== 'win32') return join(directory, `${name}.sock`);
  const owner = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const pipe = `\\\\.\\pipe\\berth-test-${owner}-${name}`;
  directories.set(pipe, directory);
  return pipe;
}

/** The directory that `testSocket` got for this socket or pipe. */
export function socketDirectory(socket: string): string {
  return directories.get(socket) ?? dirname(socket);
}
