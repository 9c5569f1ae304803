import type { PathStat } from '../engine/archive/path-stat.ts';

/** Names and link targets are sent as text, as in Docker. */
export function pathStatHeader(stat: PathStat): Record<string, string> {
  return { 'X-Docker-Container-Path-Stat': Buffer.from(JSON.stringify(stat)).toString('base64') };
}
