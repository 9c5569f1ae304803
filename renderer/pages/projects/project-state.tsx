import type { Project, ProjectContainer } from '../../../electron/api/projects.ts';
import { StateDot, type Tone } from '../../components/state-dot.tsx';
import classes from './projects.module.css';

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

/** The state of a container, including its health: the engine's status text has both. */
export function ContainerState({ container }: { readonly container: ProjectContainer }) {
  const { state, status } = container;
  const failed = /^Exited \([^0]/.test(status) || status.includes('(unhealthy)');
  const starting = status.includes('(health: starting)');
  const tone = failed ? 'bad' : starting ? 'busy' : state === 'running' ? 'good' : 'idle';
  return <State tone={tone} text={status || state} />;
}

function State({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span className={classes.state}>
      <StateDot tone={tone} />
      {text}
    </span>
  );
}
