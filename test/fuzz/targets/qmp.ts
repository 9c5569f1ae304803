import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { complaints } from '../../../electron/host/home/hypervisor-log.ts';
import { connectQmp } from '../../../electron/host/supervisor/qemu/qmp.ts';
import {
  createHostForwards,
  parseHostForwards,
  parseSshPort,
} from '../../../electron/host/supervisor/qemu/usernet.ts';
import { leasedAddress } from '../../../electron/host/supervisor/vfkit/leases.ts';
import { isTyped, type Target } from '../target.ts';

const greeting = '{"QMP":{"version":{"qemu":{"major":10}},"capabilities":[]}}';
const table =
  '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n  TCP[HOST_FORWARD]  14       127.0.0.1 41625       10.0.2.15    22     0     0\r\n';

/** What hypervisors say: QEMU's monitor and its tables, macOS's leases, and logs. */
export const qmp: Target = {
  seeds: [
    `${greeting}\r\n{"return":{},"id":1}\r\n{"event":"STOP","timestamp":{"seconds":1}}\r\n`,
    `${greeting}\n{"return":{},"id":1}\n{"error":{"class":"GenericError","desc":"no"},"id":2}\n{"event":"SHUTDOWN","data":{"guest":true,"reason":"guest-shutdown"}}\n`,
    table,
    '{\n\tname=berth\n\tip_address=192.168.64.2\n\thw_address=1,5a:94:ef:e4:c:ee\n\tlease=0x66\n}\n',
    'qemu-system-x86_64: warning: x\nKVM internal error. Suberror: 1\n',
  ],
  // Each line that isn't valid has a turn of its own, and goes to the debug log.
  maxBytes: 4 << 10,
  words: [
    '{"return":',
    '"id":1}',
    '{"event":',
    '"data":',
    'TCP[HOST_FORWARD]',
    '127.0.0.1',
    '\r\n',
  ],
  async read(input) {
    const text = input.toString();
    parseHostForwards(text);
    leasedAddress(text, '5a:94:ef:e4:c:ee');
    complaints(text);
    await Promise.all([
      refusalOf(async () => parseSshPort(text)),
      refusalOf(() => createHostForwards(async () => text).open({ host: '10.0.2.15', port: 80 })),
      refusalOf(() => talk(input)),
    ]);
  },
};

/** The client of the monitor, with a monitor that has said everything beforehand. */
async function talk(input: Buffer): Promise<void> {
  const socket = new Duplex({
    allowHalfOpen: false,
    read() {},
    write: (_chunk, _encoding, done) => done(),
  });
  socket.push(input);
  socket.push(null);
  const monitor = await connectQmp(socket as Socket, 1_000, 1_000);
  await Promise.all([refusalOf(() => monitor.human('info usernet')), monitor.closed]);
}

async function refusalOf(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error) => {
    if (!isTyped(error)) throw error;
  });
}
