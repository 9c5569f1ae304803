import { type Command, InvalidArgumentError, Option } from 'commander';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';

interface PortOptions extends ProjectOptions {
  readonly index?: number;
  readonly protocol: string;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .argument('<service>')
    .argument('<private port>', '', parsePort)
    .addOption(indexFlag())
    .addOption(new Option('--protocol <protocol>', 'tcp or udp').default('tcp'))
    .action(async (service: string, port: number, options: PortOptions) => {
      const { index, protocol } = options;
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      const container = await serviceContainer(engine, name, service, { known, index });
      const { Ports } = container.summary;
      const found = Ports.find(
        ({ PrivatePort, Type }) => PrivatePort === port && Type === protocol,
      );
      if (found === undefined) {
        const others = Ports.map(({ PrivatePort, Type }) => `${PrivatePort}/${Type}`).join(', ');
        throw new ExitStatus(
          exitCodes.failure,
          `no port ${port}/${protocol} for container ${container.name}: ${others}`,
        );
      }
      printLine(context, `${found.IP ?? ''}:${found.PublicPort ?? 0}`);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(`"${text}" is not a port`);
}
