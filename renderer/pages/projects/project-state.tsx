import type { Project } from '../../../electron/api/projects.ts';
import { State } from '../../components/state-dot.tsx';

export const runningOf = ({ containers }: Pick<Project, 'containers'>): number =>
  containers.filter(({ state }) => state === 'running').length;

/** `running 2/3`, with its colour. */
export function ProjectState({ project }: { readonly project: Project }) {
  const running = runningOf(project);
  const total = project.containers.length;
  if (total === 0) return <State tone="idle" text="Not created" />;
  if (running === 0) return <State tone="idle" text="Stopped" />;
  return <State tone={running === total ? 'good' : 'busy'} text={`Running ${running}/${total}`} />;
}
