import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { agreeToHttp2 } from './upgrade.ts';

test('HTTP/2 takes over the connection only when the answer has left', async () => {
  const events: string[] = [];
  let leave = () => {};
  const socket = new Duplex({
    write: (chunk, _, done) => {
      events.push(String(chunk).split('\r\n', 1)[0] ?? '');
      leave = done;
    },
  });
  const agreed = agreeToHttp2(socket).then(() => events.push('HTTP/2'));
  await turn();
  events.push('left');
  leave();
  await agreed;
  expect(events).toEqual(['HTTP/1.1 101 UPGRADED', 'left', 'HTTP/2']);
});
