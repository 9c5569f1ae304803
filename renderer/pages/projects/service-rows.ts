import type { ProjectContent, ServiceContent } from '../../../electron/api/project-content.ts';
import type { ProjectContainer } from '../../../electron/api/projects.ts';
import type { Tone } from '../../components/state-dot.tsx';

/** A service of the file, or one that only has containers. */
export interface ServiceRow {
  readonly name: string;
  readonly image: string;
  readonly containers: readonly ProjectContainer[];
  /** Undefined if the file doesn't have the service, or can't be read. */
  readonly content: ServiceContent | undefined;
}

/** The services of the containers and of the file, by name. */
export function serviceRows(
  containers: readonly ProjectContainer[],
  content: Pick<ProjectContent, 'services'> | undefined,
): ServiceRow[] {
  const described = new Map(content?.services.map((service) => [service.name, service]));
  const present = Map.groupBy(containers, ({ service }) => service);
  return [...new Set([...described.keys(), ...present.keys()])].sort().map((name) => {
    const own = present.get(name) ?? [];
    const service = described.get(name);
    const image = own[0]?.image ?? service?.image ?? '';
    return { name, image, containers: own, content: service };
  });
}

/** The state of a service in a few words, with its colour. */
export interface ServiceState {
  readonly tone: Tone;
  readonly text: string;
}

const isFailed = ({ state, exitCode = 0 }: ProjectContainer) =>
  state === 'dead' || (state === 'exited' && exitCode !== 0);

export const runningIn = ({ containers }: Pick<ServiceRow, 'containers'>) =>
  containers.filter(({ state }) => state === 'running').length;

/** What needs attention comes first: failures, then health, then the number that runs. */
export function serviceState({ containers }: Pick<ServiceRow, 'containers'>): ServiceState {
  const [first] = containers;
  if (!first) return { tone: 'idle', text: 'Not created' };
  const running = runningIn({ containers });
  const failed = containers.find(isFailed);
  if (failed && running === 0) return { tone: 'bad', text: `Exited (${failed.exitCode ?? '?'})` };
  if (containers.some(({ health }) => health === 'unhealthy')) {
    return { tone: 'bad', text: 'Unhealthy' };
  }
  if (containers.some(({ health }) => health === 'starting')) {
    return { tone: 'busy', text: 'Starting up' };
  }
  if (running === 0) return { tone: WAITING[first.state] ? 'busy' : 'idle', text: word(first) };
  if (running < containers.length) {
    return { tone: failed ? 'bad' : 'busy', text: `Running ${running}/${containers.length}` };
  }
  const isHealthy = containers.every(({ health }) => health === 'healthy');
  return { tone: 'good', text: isHealthy ? 'Running, healthy' : 'Running' };
}

/** States between running and stopped. */
const WAITING: Readonly<Record<string, string>> = {
  paused: 'Paused',
  restarting: 'Restarting',
  removing: 'Removing',
};

const word = ({ state }: ProjectContainer) =>
  WAITING[state] ?? (state === 'created' ? 'Created' : 'Exited (0)');

export interface ServicePort {
  readonly target: number;
  readonly published: number | undefined;
  readonly protocol: string;
}

/** The ports of all containers, each once: published ones first. */
export function servicePorts({ containers }: Pick<ServiceRow, 'containers'>): ServicePort[] {
  const ports = containers.flatMap((container) => container.ports);
  const different = new Map(
    ports.map(({ target, published, protocol }) => [
      `${published} ${target} ${protocol}`,
      { target, published, protocol },
    ]),
  );
  const rank = ({ published }: ServicePort) => published ?? Number.POSITIVE_INFINITY;
  return [...different.values()].sort((a, b) => {
    // Two unpublished ports have the same rank.
    return rank(a) === rank(b) ? a.target - b.target : rank(a) - rank(b);
  });
}
