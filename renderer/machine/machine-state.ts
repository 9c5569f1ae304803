import type { MachineState, MachineStatus } from '../../electron/api/machine.ts';
import type { Tone } from '../components/state-dot.tsx';

const STATE_WORDS: Readonly<Record<MachineState, string>> = {
  stopped: 'Machine stopped',
  starting: 'Machine starting',
  running: 'Machine running',
  stopping: 'Machine stopping',
  suspending: 'Machine being suspended',
  suspended: 'Machine suspended',
  failed: 'Machine failed',
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

/** How the machine is, in a few words. One that is asleep wakes by itself. */
export function wordsOf({ state, asleep, engineNotAnsweringSince }: MachineStatus): string {
  if (asleep) return 'Machine asleep';
  return engineNotAnsweringSince === undefined ? STATE_WORDS[state] : 'Engine not answering';
}

export const toneOf = ({ state, engineNotAnsweringSince }: MachineStatus): Tone =>
  engineNotAnsweringSince === undefined ? STATE_TONES[state] : 'bad';

/** It can be started. */
export const isDown = (state: MachineState) =>
  state === 'stopped' || state === 'suspended' || state === 'failed';

/** It is on its way up or down. */
export const isChanging = (state: MachineState) =>
  state === 'starting' || state === 'stopping' || state === 'suspending';
