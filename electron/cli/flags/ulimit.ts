import type { Ulimit } from '../../../guest-agent/contract/engine-types.ts';
import { HostError } from '../../host/base/errors.ts';

/** Parses `--ulimit nofile=1024[:2048]`; -1 means no limit. */
export function parseUlimit(text: string): Ulimit {
  const match = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text);
  if (!match) {
    throw new HostError('invalid', `invalid ulimit "${text}": expected NAME=SOFT[:HARD]`);
  }
  const soft = Number(match[2]);
  return {
    Name: match[1] ?? '',
    Soft: soft,
    Hard: match[3] === undefined ? soft : Number(match[3]),
  };
}
