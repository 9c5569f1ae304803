import { isAbsolute, resolve } from 'node:path';
import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { scpArguments } from '../../../host/machine/ssh-command.ts';
import type { CliContext } from '../../context.ts';
import { startMachine } from '../../engine.ts';
import { runOnTerminal } from '../../run-on-terminal.ts';

/** The source or the target of a copy: a path on the host or in a VM. */
interface Place {
  /** Empty for the current VM; undefined for the host. */
  readonly machine: string | undefined;
  readonly path: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<source>', 'PATH, or [MACHINE]:PATH')
    .argument('<target>', '[MACHINE]:PATH, or PATH')
    .action(async (sourceText: string, targetText: string) => {
      const places = [parsePlace(sourceText), parsePlace(targetText)];
      const inMachines = places.filter(({ machine }) => machine !== undefined);
      if (inMachines.length !== 1) {
        throw new HostError('invalid', 'either the source or the target must be a path in a VM', {
          hint: 'A path in the current VM begins with a colon, e.g. `:/root/file`.',
        });
      }
      const name = inMachines[0]?.machine || undefined;
      const { machine } = await context.host(name);
      if ((await machine.status()).state !== 'running') await startMachine(context, name);
      const [program = 'scp', ...rest] = scpArguments(await machine.sshCommand(), (inMachine) =>
        places.map((place) =>
          // scp would take a relative path with a colon for a path on another host.
          place.machine === undefined ? resolve(place.path) : inMachine(place.path),
        ),
      );
      await runOnTerminal(context, program, rest);
    });
}

function parsePlace(text: string): Place {
  const [, machine, path = ''] = /^([a-z0-9-]*):(.*)$/s.exec(text) ?? [];
  if (machine === undefined || isAbsolute(text)) return { machine: undefined, path: text };
  return { machine, path };
}
