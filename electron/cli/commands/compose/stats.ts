import type { Command } from 'commander';
import { LABELS, ofProject } from '../../../host/compose/apply/labels.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { addUsageFlags, showUsage, type UsageOptions } from '../../container/show-usage.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addUsageFlags(addProjectFlags(command.argument('[service]'))).action(
    async (service: string | undefined, options: ProjectOptions & UsageOptions) => {
      const services = service === undefined ? [] : [service];
      const { name } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const labels = services.map((each) => `${LABELS.service}=${each}`);
      const filters = { label: [...ofProject(name).label, ...labels] };
      await showUsage(context, engine, filters, options);
    },
  );
}
