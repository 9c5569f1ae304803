import type { BootStep, MachineStatus } from '../../api/machine.ts';
import type { Output } from '../context.ts';

const STEPS: Readonly<Record<BootStep, string>> = {
  prepare: 'preparing the disks',
  backup: 'backing up the data disk',
  launch: 'powering on',
  kernel: 'starting Linux',
  ssh: 'connecting',
  engine: 'starting the container engine',
};
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const SPINNER_MILLISECONDS = 100;
const CLEAR_LINE = '\r\x1b[2K';

export interface MachineProgress {
  readonly show: (status: MachineStatus) => void;
  /** Removes the spinner. */
  readonly end: () => void;
}

/**
 * Shows the progress of a VM's start: one line with a spinner on a terminal, otherwise a line per
 * step.
 */
export function machineProgress(output: Output): MachineProgress {
  let text = '';
  let shownSlow = false;
  const shownNotes = new Set<string>();
  let frame = 0;
  const draw = () => {
    output.write(`${CLEAR_LINE}${SPINNER[frame++ % SPINNER.length]} ${text}`);
  };
  const timer = output.isTTY
    ? setInterval(() => text && draw(), SPINNER_MILLISECONDS).unref()
    : undefined;
  const line = (content: string) => output.write(`${timer ? CLEAR_LINE : ''}${content}\n`);

  return {
    show({ name, state, step, accelerator, acceleratorNote, startNote, imageNote }) {
      if (state !== 'starting') return;
      for (const note of [startNote, imageNote]) {
        if (note === undefined || shownNotes.has(note)) continue;
        shownNotes.add(note);
        line(note);
      }
      if (accelerator === 'tcg' && !shownSlow) {
        shownSlow = true;
        line(acceleratorNote ?? 'Berth emulates the processor, which is slow.');
      }
      const next = `starting VM "${name}"${step ? `: ${STEPS[step]}` : ''}`;
      if (next === text) return;
      text = next;
      if (timer) draw();
      else line(text);
    },
    end() {
      clearInterval(timer);
      if (timer && text) output.write(CLEAR_LINE);
    },
  };
}
