import { List, Text } from '@mantine/core';
import { startActivity } from '../activity/activity.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { client } from '../connection/screen.ts';

/** The ways to end the VM, as the buttons name them. */
export type Ending = 'stop' | 'restart' | 'kill' | 'discard';

interface EndingWords {
  readonly title: string;
  readonly loss: string;
  readonly action: string;
  readonly run: { readonly title: string; readonly done: () => string };
  readonly call: () => Promise<unknown>;
  /** The question when no container runs. */
  readonly asks?: string;
}

const ENDINGS: Readonly<Record<Ending, EndingWords>> = {
  stop: {
    title: 'Stop the VM?',
    loss: 'These containers are stopped. Their files and volumes stay:',
    action: 'Stop VM',
    run: { title: 'Stopping the VM', done: () => 'The VM has stopped' },
    call: () => client.machine.stop(),
  },
  restart: {
    title: 'Restart the VM?',
    loss: 'These containers are stopped. Those with a restart policy start again afterwards:',
    action: 'Restart VM',
    run: { title: 'Restarting the VM', done: () => 'The VM has restarted' },
    call: () => client.machine.restart(),
  },
  kill: {
    title: 'Kill the VM?',
    loss: "The VM ends as in a power cut. Data that these containers haven't written to disk is lost:",
    action: 'Kill VM',
    run: { title: 'Killing the VM', done: () => 'The VM was killed' },
    call: () => client.machine.kill(),
    asks: 'The VM ends as in a power cut. No container is running.',
  },
  discard: {
    title: 'Discard the suspended state?',
    loss: '',
    action: 'Discard state',
    run: { title: 'Discarding the suspended state', done: () => 'The VM has stopped' },
    call: () => client.machine.stop(),
    asks: "Data that containers haven't written to disk is lost. Their files and volumes stay. The next start boots the VM.",
  },
};

const UNKNOWN =
  "The engine isn't answering, so Berth can't tell which containers are running. All of them end with the VM.";
const SHOWN = 8;
/** An engine that hangs must not prevent ending the VM. */
const LIST_PATIENCE_MS = 3_000;

/** The running containers, or undefined when the engine takes too long to answer. */
async function runningContainers(): Promise<string[] | undefined> {
  const signal = AbortSignal.timeout(LIST_PATIENCE_MS);
  try {
    const containers = await client.containers.list(undefined, { signal });
    return containers.filter(({ state }) => state === 'running').map(({ name }) => name);
  } catch (error) {
    // Nothing runs in a VM that is down.
    console.debug('The running containers are unknown', error);
    return signal.aborted ? undefined : [];
  }
}

/** Ends the VM. Asks first when that ends containers. */
export async function endMachine(ending: Ending): Promise<void> {
  const { title, loss, action, run, call, asks } = ENDINGS[ending];
  const go = () => void startActivity({ ...run, run: call });
  const names = await runningContainers();
  if (names?.length === 0 && asks === undefined) return go();
  confirmLoss({
    title,
    children:
      names === undefined ? (
        UNKNOWN
      ) : names.length === 0 ? (
        asks
      ) : (
        <>
          <Text size="sm" mb="xs">
            {loss}
          </Text>
          <List size="sm">
            {names.slice(0, SHOWN).map((name) => (
              <List.Item key={name}>{name}</List.Item>
            ))}
            {names.length > SHOWN && <List.Item>and {names.length - SHOWN} more</List.Item>}
          </List>
        </>
      ),
    action,
    onConfirm: go,
  });
}
