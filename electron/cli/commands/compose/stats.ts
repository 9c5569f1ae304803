import type { Command } from 'commander';
import { LABELS, ofProject } from '../../../host/compose/apply/labels.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { addUsageFlags, showUsage, type UsageOptions } from '../../container/show-usage.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addUsageFlags(addProjectFlags(command.argument('[service]'))).action(
    async (service: string | undefined, options: ProjectOptions & UsageOptions) => {
      const { name, known } = await nameProject(context, options);
      if (known.length > 0) requireServices(service === undefined ? [] : [service], known);
      const engine = await connectEngine(context);
      const labels = service === undefined ? [] : [`${LABELS.service}=${service}`];
      const filters = { label: [...ofProject(name).label, ...labels] };
      await showUsage(context, engine, filters, options);
    },
  );
}
