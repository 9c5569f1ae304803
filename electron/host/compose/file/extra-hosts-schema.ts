import * as z from 'zod';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { read, text, texts } from './units.ts';

const extraHost = (entry: string) => {
  parseExtraHost(entry);
  const [name, address] = splitEntry(entry, entry.includes('=') ? '=' : ':');
  return `${name}=${address?.replace(/^\[(.*)\]$/, '$1')}`;
};

/** Names with addresses, as `NAME=ADDRESS` in alphabetical order. */
export const extraHosts = z
  .union([
    z.array(text.transform(read(extraHost))),
    z.record(z.string(), texts).transform((map, context) =>
      Object.entries(map).flatMap(([name, all]) => {
        const readAt = read(extraHost, [name]);
        return all.map((address) => readAt(`${name}=${address}`, context));
      }),
    ),
  ])
  .transform((hosts) => hosts.sort());
