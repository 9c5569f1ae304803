import type { MachineState, MachineStatus } from '../../electron/api/machine.ts';
import type { Tone } from '../components/state-dot.tsx';

const STATE_WORDS: Readonly<Record<MachineState, string>> = {
  stopped: 'VM stopped',
  starting: 'VM starting',
  running: 'VM running',
  stopping: 'VM stopping',
  suspending: 'VM suspending',
  suspended: 'VM suspended',
  failed: 'VM failed',
};

const STATE_TONES: Readonly<Record<MachineState, Tone>> = {
  stopped: 'idle',
  starting: 'busy',
  running: 'good',
  stopping: 'busy',
  suspending: 'busy',
  suspended: 'idle',
  failed: 'bad',
};

/** The state of any VM in a word. */
export function stateWords(state: MachineState): string {
  const word = STATE_WORDS[state].replace('VM ', '');
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The state of the VM in a few words. A VM that is asleep wakes with the next command. */
export function wordsOf({ state, asleep, engineNotAnsweringSince }: MachineStatus): string {
  if (asleep) return 'VM asleep';
  return engineNotAnsweringSince === undefined ? STATE_WORDS[state] : 'Engine not answering';
}

export const toneOf = ({
  state,
  engineNotAnsweringSince,
}: Pick<MachineStatus, 'state' | 'engineNotAnsweringSince'>): Tone =>
  engineNotAnsweringSince === undefined ? STATE_TONES[state] : 'bad';

/** Whether the VM can be started. */
export const isDown = (state: MachineState) =>
  state === 'stopped' || state === 'suspended' || state === 'failed';

/** Whether the VM is on its way up or down. */
export const isChanging = (state: MachineState) =>
  state === 'starting' || state === 'stopping' || state === 'suspending';
