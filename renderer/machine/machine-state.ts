import type { MachineState, MachineStatus } from '../../electron/api/machine.ts';
import type { Tone } from '../components/state-dot.tsx';

const STATE_WORDS: Readonly<Record<MachineState, string>> = {
  stopped: 'Machine stopped',
  starting: 'Machine starting',
  running: 'Machine running',
  stopping: 'Machine stopping',
  failed: 'Machine failed',
};

export const STATE_TONES: Readonly<Record<MachineState, Tone>> = {
  stopped: 'idle',
  starting: 'busy',
  running: 'good',
  stopping: 'busy',
  failed: 'bad',
};

/** How the machine is, in two words. One that is asleep wakes by itself. */
export const wordsOf = ({ state, asleep }: MachineStatus) =>
  asleep ? 'Machine asleep' : STATE_WORDS[state];
