import type { Command } from 'commander';
import { readDockerConfig } from '../../../host/docker-cli/docker-config.ts';
import { askedContainer } from '../../container/container-ask.ts';
import { createFromImage } from '../../container/create.ts';
import { addContainerOptions, type ContainerOptions } from '../../container/options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { notRun } from '../../exit-code.ts';

export function define(command: Command, context: CliContext): void {
  addContainerOptions(command).action(
    async (
      image: string,
      program: string | undefined,
      rest: string[],
      options: ContainerOptions,
    ) => {
      const asked = await parseAsk(
        context,
        image,
        program === undefined ? [] : [program, ...rest],
        options,
      );
      const engine = await connectEngine(context);
      printLine(context, await createFromImage(context, engine, asked, options));
    },
  );
}

async function parseAsk(
  context: CliContext,
  image: string,
  command: readonly string[],
  options: ContainerOptions,
) {
  const attach = options.interactive
    ? (['stdin', 'stdout', 'stderr'] as const)
    : (['stdout', 'stderr'] as const);
  try {
    const { env } = context;
    const config = await readDockerConfig((await context.host()).credentials.path);
    return askedContainer({ image, command, options, attach: new Set(attach), env, config });
  } catch (error) {
    throw notRun(error);
  }
}
