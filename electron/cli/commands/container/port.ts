import type { Command } from 'commander';
import { inspectContainer } from '../../../host/engine/containers.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .argument('[port[/protocol]]')
    .action(async (container: string, wanted: string | undefined) => {
      const engine = await connectEngine(context);
      const { NetworkSettings } = await inspectContainer(engine, container);
      const ports = Object.entries(NetworkSettings.Ports)
        .filter(([port]) => wanted === undefined || port === withProtocol(wanted))
        .flatMap(([port, bindings]) => bindings.map((binding) => ({ port, ...binding })));
      if (wanted !== undefined && ports.length === 0) {
        throw new ExitStatus(
          exitCodes.failure,
          `no public port '${withProtocol(wanted)}' published for ${container}`,
        );
      }
      for (const { port, HostIp, HostPort } of ports) {
        const address = `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`;
        printLine(context, wanted === undefined ? `${port} -> ${address}` : address);
      }
    });
}

const withProtocol = (port: string) => (port.includes('/') ? port : `${port}/tcp`);
