/** What a VM does, as far as a driver needs to know. */
export type Phase = 'running' | 'paused' | 'saved' | 'off' | 'changing';

/**
 * Hyper-V's states that last. The `Critical` ones mean that a disk can't be reached or has no space.
 * A state that isn't here, such as `Saving`, ends as one of these, or isn't known.
 */
const phases: Readonly<Record<string, Phase>> = {
  ...{ Running: 'running', RunningCritical: 'running' },
  ...{ Paused: 'paused', PausedCritical: 'paused' },
  ...{ Saved: 'saved', SavedCritical: 'saved', FastSaved: 'saved', FastSavedCritical: 'saved' },
  ...{ Off: 'off', OffCritical: 'off' },
};

/** The phase of a VM in this state of the cmdlets. */
export const phaseOf = (state: string): Phase => phases[state] ?? 'changing';
