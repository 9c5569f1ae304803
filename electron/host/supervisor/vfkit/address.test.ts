import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { guestAddress } from './address.ts';

const mac = '02:00:0a:0b:0c:0d';

async function sources(console: string, leases: string) {
  const directory = await temporaryDirectory();
  const files = { console: join(directory, 'console'), leases: join(directory, 'leases'), mac };
  await writeFile(files.console, console);
  await writeFile(files.leases, leases);
  return files;
}
const lease = '{\n\tip_address=192.168.64.9\n\thw_address=1,2:0:a:b:c:d\n}\n';

test("the VM's last report comes before an old lease", async () => {
  const console = 'berth: network up 192.168.65.2\r\nberth: network up 192.168.65.3\r\n';
  expect(await guestAddress(await sources(console, lease))).toBe('192.168.65.3');
});

test('without a report, the lease counts', async () => {
  expect(await guestAddress(await sources('berth: init\r\n', lease))).toBe('192.168.64.9');
});

test('a VM without an address is an error with advice', async () => {
  await expect(guestAddress(await sources('', ''), 0)).rejects.toMatchObject({
    ...{ code: 'machine-failed', hint: expect.stringContaining('bootpd') },
  });
});
