import type { Command } from 'commander';
import { listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { topContainer } from '../../../host/engine/containers.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { renderTable } from '../../table.ts';

const LAST = 'CMD';
/** As in Docker Compose. */
const GAP = 2;
const MINIMUM_WIDTH = 4;

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]')).action(
    async (services: string[], options: ProjectOptions) => {
      const { name } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const running = (await listProjectContainers(engine, name))
        .filter(({ state }) => state === 'running')
        .filter(({ service }) => services.length === 0 || services.includes(service))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const tops = await Promise.all(running.map(({ id }) => topContainer(engine, id)));
      const processes = running.flatMap(({ service, number }, index) => {
        const { Titles = [], Processes = [] } = tops[index] ?? {};
        return Processes.map(
          (cells): Record<string, string> => ({
            ...Object.fromEntries(Titles.map((title, at) => [title, cells[at] ?? ''])),
            SERVICE: service,
            '#': String(number),
          }),
        );
      });
      if (processes.length === 0) return;
      const found = new Set(['SERVICE', '#', ...tops.flatMap(({ Titles }) => Titles)]);
      const titles = [...found].filter((title) => title !== LAST);
      if (found.has(LAST)) titles.push(LAST);
      const rows = processes.map((process) => titles.map((title) => process[title] ?? '-'));
      context.stdout.write(renderTable([titles, ...rows], MINIMUM_WIDTH, GAP));
    },
  );
}
