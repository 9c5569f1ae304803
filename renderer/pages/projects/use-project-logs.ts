import { useEffect, useState } from 'react';
import type { ProjectLogLine } from '../../../electron/api/projects.ts';
import { client } from '../../connection/screen.ts';

/** Lines of each container that are shown at first, and lines that are kept of all. */
const TAIL = 500;
const MOST = 20_000;
/** Until a broken stream is opened again, in milliseconds. */
const RETRY_DELAY = 1000;

/** Colours and movements of the cursor mean nothing in a list of lines. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');

/** The lines of a project's containers, newest last, as they come. */
export function useProjectLogs(name: string): readonly ProjectLogLine[] {
  const [lines, setLines] = useState<readonly ProjectLogLine[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    void follow(name, stop.signal, setLines);
    return () => stop.abort();
  }, [name]);
  return lines;
}

type Change = (
  next: readonly ProjectLogLine[] | ((lines: readonly ProjectLogLine[]) => ProjectLogLine[]),
) => void;

async function follow(name: string, signal: AbortSignal, change: Change): Promise<void> {
  while (!signal.aborted) {
    change([]);
    try {
      for await (const batch of await client.projects.logs({ name, tail: TAIL }, { signal })) {
        if (signal.aborted) return;
        const clean = batch.map((line) => ({ ...line, text: line.text.replace(ESCAPES, '') }));
        change((lines) => [...lines, ...clean].slice(-MOST));
      }
    } catch {
      // What is wrong shows in the state of the machine or of the connection.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
  }
}
