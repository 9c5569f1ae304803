import type { BootStep, MachineStatus } from '../../api/machine.ts';
import type { Output } from '../context.ts';

const STEPS: Readonly<Record<BootStep, string>> = {
  prepare: 'preparing its disks',
  backup: 'keeping a copy of its disk',
  launch: 'starting the virtual machine',
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

/** Shows how far a machine's start is: one line that spins on a terminal, else a line a step. */
export function machineProgress(output: Output): MachineProgress {
  let text = '';
  let toldSlow = false;
  let toldNote = false;
  let frame = 0;
  const draw = () => {
    output.write(`${CLEAR_LINE}${SPINNER[frame++ % SPINNER.length]} ${text}`);
  };
  const timer = output.isTTY
    ? setInterval(() => text && draw(), SPINNER_MILLISECONDS).unref()
    : undefined;
  const line = (content: string) => output.write(`${timer ? CLEAR_LINE : ''}${content}\n`);

  return {
    show({ name, state, step, accelerator, acceleratorNote, startNote }) {
      if (state !== 'starting') return;
      if (startNote && !toldNote) {
        toldNote = true;
        line(startNote);
      }
      if (accelerator === 'tcg' && !toldSlow) {
        toldSlow = true;
        line(acceleratorNote ?? 'Berth emulates the processor, which is slow.');
      }
      const next = `starting machine "${name}"${step ? `: ${STEPS[step]}` : ''}`;
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
