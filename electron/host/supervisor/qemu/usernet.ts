import { isIPv4 } from 'node:net';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { takeTurns } from '../../base/take-turns.ts';
import type { MachineAddress } from '../../machine/protocol.ts';
import type { MachineForward } from '../machine.ts';

const log = loggerOf('qemu');

/** The guest's own address in QEMU's user-mode network. */
const guestAddress = '10.0.2.15';

/** A port of this computer from which QEMU forwards TCP. */
interface HostForward {
  readonly port: number;
  readonly target: MachineAddress;
}

/**
 * From the table of `info usernet`, which is for people:
 * `TCP[HOST_FORWARD]  8  127.0.0.1 41625  10.0.2.15  22  0  0`.
 */
export function parseHostForwards(table: string): HostForward[] {
  const row = /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+(\S+)\s+(\d+)/g;
  return [...table.matchAll(row)].map(([, port, host = '', to]) => ({
    port: Number(port),
    target: { host, port: Number(to) },
  }));
}

const isSsh = ({ target }: HostForward) => target.host === guestAddress && target.port === 22;

export function parseSshPort(table: string): number {
  const forward = parseHostForwards(table).find(isSsh);
  if (!forward) throw new HostError('internal', "QEMU does not forward to the guest's SSH port");
  return forward.port;
}

/** Opens and closes ports from which a running QEMU forwards, one after the other. */
export interface HostForwards {
  /** See `Machine.forward`. */
  open(target: MachineAddress): Promise<MachineForward>;
  /** Closes all but the way to the guest's sshd. */
  closeAll(): Promise<void>;
}

/** `monitor` runs a line of QEMU's monitor for people and answers what it prints. */
export function createHostForwards(monitor: (line: string) => Promise<string>): HostForwards {
  const inTurn = takeTurns();
  const list = async () => parseHostForwards(await monitor('info usernet'));
  const remove = (port: number) => monitor(`hostfwd_remove net tcp:127.0.0.1:${port}`);

  return {
    open: ({ host, port }) =>
      inTurn(async () => {
        // It comes from the guest, and goes into a line of commands.
        if (!isIPv4(host)) throw new HostError('invalid', `${host} is not an IPv4 address`);
        const before = new Set((await list()).map((forward) => forward.port));
        const refusal = await monitor(`hostfwd_add net tcp:127.0.0.1:0-${host}:${port}`);
        const opened = (await list()).find((forward) => !before.has(forward.port));
        if (!opened) throw new HostError('internal', refusal.trim() || 'QEMU opened no port');
        let open = true;
        return {
          host: '127.0.0.1',
          port: opened.port,
          close: async () => {
            if (!open) return;
            open = false;
            // A QEMU that is gone has none.
            const removed = inTurn(() => remove(opened.port));
            await log.attempt(`Closing port ${opened.port}`, removed);
          },
        };
      }),
    closeAll: () =>
      inTurn(async () => {
        for (const forward of await list()) if (!isSsh(forward)) await remove(forward.port);
      }),
  };
}
