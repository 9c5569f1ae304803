import type { Command } from 'commander';
import { defined } from '../../../../guest-agent/grammar/defined.ts';
import { parseRestartPolicy } from '../../../../guest-agent/grammar/restart-policy.ts';
import { updateContainer } from '../../../host/engine/containers.ts';
import { addLimitOptions, type LimitOptions, limits } from '../../container/limit-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';
import { eachOperand } from '../../operands.ts';

interface UpdateOptions extends LimitOptions {
  readonly restart?: string;
}

export function define(command: Command, context: CliContext): void {
  addLimitOptions(command.argument('<container...>'))
    .option(
      '--restart <policy>',
      'Restart policy: no, always, unless-stopped or on-failure[:count]',
    )
    .action(async (containers: string[], { restart, ...options }: UpdateOptions) => {
      const request = defined({
        ...limits(options),
        RestartPolicy: restart === undefined ? undefined : parseRestartPolicy(restart),
      });
      if (Object.keys(request).length === 0) {
        throw new ExitStatus(
          exitCodes.failure,
          'you must provide one or more flags when using this command',
        );
      }
      const engine = await connectEngine(context);
      await eachOperand(context, containers, async (container) => {
        const { Warnings } = await updateContainer(engine, container, request);
        for (const warning of Warnings) context.stderr.write(`WARNING: ${warning}\n`);
        return container;
      });
    });
}
