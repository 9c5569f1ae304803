import { describe, expect, it, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import type { ScreenClient } from '../../../api/router.ts';
import type { HostProcess, TerminalEvent } from '../../../api/terminal.ts';
import { isAlive } from '../../base/process.ts';
import { next } from './answers.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** Terminals that belong to no container, over every transport: on a real terminal of this host. */
export function describeHostTerminals(
  setting: () => { machine: StandInMachine; client: ScreenClient },
): void {
  describe.skipIf(onWindows('Node has no terminal in wine'))('terminal of the host', () => {
    async function open(process: HostProcess) {
      const events = await setting().client.terminal.open({ process, columns: 90, rows: 30 });
      const opened = await next(events);
      if (opened.type !== 'opened') throw new Error(`opened comes first, not ${opened.type}`);
      return { events, terminal: opened.terminal };
    }

    it('is a shell that leads to the machine, and goes with its screen', async () => {
      vi.stubEnv('SHELL', '/bin/sh');
      const { client, machine } = setting();
      const { events, terminal } = await open({ kind: 'host-shell' });
      const text = 'echo "[$DOCKER_HOST]" "[$(stty size)]" "[pid $$]"\n';
      await client.terminal.write({ terminal, text });
      const output = await until(events, /\[pid (\d+)\]/);
      expect(output).toContain(`[unix://${machine.engineSocket}] [30 90]`);
      const pid = Number(/\[pid (\d+)\]/.exec(output)?.[1]);
      expect(isAlive(pid)).toBe(true);
      await events.return();
      await vi.waitUntil(() => !isAlive(pid), { timeout: 5000 });
      vi.unstubAllEnvs();
    });

    it('tells how the shell ended', async () => {
      vi.stubEnv('SHELL', '/bin/sh');
      const { client } = setting();
      const { events, terminal } = await open({ kind: 'host-shell' });
      await client.terminal.write({ terminal, text: 'exit 4\n' });
      let last: TerminalEvent | undefined;
      for await (const event of events) last = event;
      expect(last).toEqual({ type: 'exited', exitCode: 4 });
      vi.unstubAllEnvs();
    });

    it('opens a shell in the machine', async () => {
      const { client } = setting();
      const { events, terminal } = await open({ kind: 'machine-shell' });
      await client.terminal.write({ terminal, text: 'echo $((6 * 7))\n' });
      expect(await until(events, /42/)).toContain('42');
      await events.return();
    });

    it('shows the console of the machine', async () => {
      const { events } = await open({ kind: 'machine-console' });
      expect(await until(events, /berth: sshd/)).toBe('berth: init\nberth: sshd\n');
      await events.return();
    });
  });
}

/** Reads output until it matches. */
async function until(events: AsyncIterator<TerminalEvent>, pattern: RegExp): Promise<string> {
  let output = '';
  while (!pattern.test(output)) {
    const event = await next(events);
    if (event.type === 'output') output += event.text;
    if (event.type === 'exited') throw new Error(`ended before ${pattern}: ${output}`);
  }
  return output;
}
