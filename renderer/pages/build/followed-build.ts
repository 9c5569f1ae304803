import type { BuildEvent, BuildStep, BuildSummary } from '../../../electron/api/builds.ts';

/** A build with its steps, as far as they are known. */
export interface FollowedBuild {
  readonly build: BuildSummary | undefined;
  readonly steps: readonly BuildStep[];
}

export const nothingYet: FollowedBuild = { build: undefined, steps: [] };

/** The most output that a page shows of a step. Longer output loses its beginning. */
const MOST_OUTPUT = 200_000;

/** The build after an event. */
export function afterEvent(followed: FollowedBuild, event: BuildEvent): FollowedBuild {
  const { steps } = followed;
  switch (event.type) {
    case 'step': {
      const known = steps.find(({ id }) => id === event.step.id);
      const step = { ...event.step, output: known?.output ?? '' };
      const changed = steps.map((each) => (each === known ? step : each));
      return { ...followed, steps: known ? changed : [...steps, step] };
    }
    case 'output':
      return {
        ...followed,
        steps: steps.map((each) =>
          each.id === event.id
            ? { ...each, output: (each.output + event.text).slice(-MOST_OUTPUT) }
            : each,
        ),
      };
    default:
      return { ...followed, build: event.build };
  }
}
