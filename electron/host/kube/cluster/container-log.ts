import type { EngineClient } from '../../engine/connection/client.ts';
import { readLog } from '../../logs/read.ts';

const LINES = 20;

/** The last lines of a container's output. */
export async function logText(engine: EngineClient, id: string): Promise<string> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const piece of readLog(engine, id, { tail: LINES, follow: false }, signal)) {
    for (const { text } of [...piece.lines]) lines.push(text);
  }
  return lines.map((line) => `  ${line}`).join('\n');
}
