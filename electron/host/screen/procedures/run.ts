import { sharingProblem } from '../../containers/require-shared.ts';
import { portProblem } from '../../run/port-problems.ts';
import { runSuggestions } from '../../run/suggestions.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function runHandlers({ engine, machine, settings }: ScreenHost) {
  return {
    suggestions: screen.run.suggestions.handler(({ input }) => runSuggestions(engine, input.image)),
    portProblems: screen.run.portProblems.handler(async ({ input }) => {
      const { ports = [], domains } = await machine.status();
      const problems: (string | null)[] = [];
      // One at a time, so that checks of the same port don't conflict.
      for (const port of input.ports) problems.push(await portProblem(port, ports, domains));
      return problems;
    }),
    mountProblems: screen.run.mountProblems.handler(async ({ input }) => {
      const { sharedFolders } = await settings.read();
      return input.folders.map((folder) => {
        const problem = sharingProblem(folder, sharedFolders);
        return problem
          ? { message: problem.message, canShare: problem.kind === 'not-shared' }
          : null;
      });
    }),
  };
}
