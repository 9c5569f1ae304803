import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { redirectNames } from './embedded-dns.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

/** Writes down what would run in the namespace, and what the program reads. */
const STAND_IN = `#!/bin/sh
for word; do script=$word; done
printf '%s\\n' "$script" >>"$SAID"
cat >>"$SAID"
`;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const program = join(directory.path, 'nsenter');
  await writeFile(program, STAND_IN);
  await chmod(program, 0o755);
  vi.stubEnv('SAID', join(directory.path, 'said'));
  vi.stubEnv('PATH', `${directory.path}:${process.env.PATH}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await directory[Symbol.asyncDispose]();
});

async function saidFor(server: string | undefined): Promise<string> {
  await redirectNames('/namespace', server);
  return readFile(join(directory.path, 'said'), 'utf8');
}

test('packets for the loopback interface are routed only while rules keep the network out', async () => {
  const said = await saidFor('10.0.0.1');
  const rules = said.indexOf('nft');
  const routes = said.indexOf('echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet');
  expect(rules).toBeGreaterThan(-1);
  expect(routes).toBeGreaterThan(rules);
  expect(said).toContain('dnat to 10.0.0.1');
  expect(said).toContain('iifname != "lo" ip daddr 127.0.0.0/8 drop');
  expect(said).toContain('iifname != "lo" ip saddr 127.0.0.0/8 drop');
});

test('without a server, nothing from the network is routed to the loopback interface', async () => {
  const said = await saidFor(undefined);
  const routes = said.indexOf('echo 0 >/proc/sys/net/ipv4/conf/all/route_localnet');
  expect(routes).toBeGreaterThan(-1);
  expect(said.indexOf('nft')).toBeGreaterThan(routes);
  expect(said).not.toContain('echo 1');
  expect(said).toContain('delete table ip berth_dns');
});
