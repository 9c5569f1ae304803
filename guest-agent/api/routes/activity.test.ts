import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import type { ApiRequest } from '../route.ts';
import { activityRoute } from './activity.ts';

/** The host's connection, a closed one, the engine's own to a registry, and a listening socket. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0F02000A:0016 0202000A:A0B4 01 00000000:00000000 02:000A7D00 00000000     0        0 2 4
   2: 0F02000A:0016 0202000A:A0B6 06 00000000:00000000 02:000A7D00 00000000     0        0 0 4
   3: 0F02000A:8C3A 0202000A:0016 01 00000000:00000000 02:000A7D00 00000000     0        0 3 4
`;

test('reports active requests and connections over SSH', async () => {
  const path = join((await temporaryDirectory()).path, 'tcp');
  await writeFile(path, TABLE);
  const { handle } = activityRoute({
    ...{ requests: () => 2, requestsBegun: () => 7, connections: [path] },
  });
  const reply = await handle({} as ApiRequest);
  expect(reply).toMatchObject({ body: { Requests: 2, RequestsBegun: 7, Connections: 1 } });
});
