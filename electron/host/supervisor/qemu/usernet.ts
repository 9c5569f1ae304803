import { isIPv4 } from 'node:net';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { takeTurns } from '../../base/take-turns.ts';
import type { MachineAddress } from '../../machine/protocol.ts';
import type { MachineForward } from '../machine.ts';

const log = loggerOf('qemu');

/** The VM's address in QEMU's user-mode network. */
const guestAddress = '10.0.2.15';

/** A host port from which QEMU forwards TCP. */
interface HostForward {
  readonly port: number;
  readonly target: MachineAddress;
}

/**
 * Parses the human-readable table of `info usernet`: `TCP[HOST_FORWARD]  8  127.0.0.1 41625
 * 10.0.2.15  22  0  0`.
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
  if (!forward) throw new HostError('internal', "QEMU doesn't forward to the VM's SSH port");
  return forward.port;
}

/** Opens and closes forwarded ports of a running QEMU, one at a time. */
export interface HostForwards {
  /** See `Machine.forward`. */
  open(target: MachineAddress): Promise<MachineForward>;
  /** Closes all forwarded ports except the one to the VM's sshd. */
  closeAll(): Promise<void>;
}

/** `monitor` runs a command of QEMU's human monitor and returns its output. */
export function createHostForwards(monitor: (line: string) => Promise<string>): HostForwards {
  const inTurn = takeTurns();
  const list = async () => parseHostForwards(await monitor('info usernet'));
  const remove = (port: number) => monitor(`hostfwd_remove net tcp:127.0.0.1:${port}`);

  return {
    open: ({ host, port }) =>
      inTurn(async () => {
        // The address comes from the VM and becomes part of a command.
        if (!isIPv4(host)) throw new HostError('invalid', `${host} isn't a valid IPv4 address`);
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
            // An exited QEMU has no ports.
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
