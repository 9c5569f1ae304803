import { List, Text } from '@mantine/core';
import { startActivity } from '../activity/activity.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { client } from '../connection/screen.ts';

/** The ways in which a machine ends, as a button names them. */
export type Ending = 'stop' | 'restart' | 'kill' | 'discard';

interface EndingWords {
  readonly title: string;
  readonly loss: string;
  readonly action: string;
  readonly run: { readonly title: string; readonly done: () => string };
  readonly call: () => Promise<unknown>;
  /** Asked even where no container runs. */
  readonly asks?: string;
}

const ENDINGS: Readonly<Record<Ending, EndingWords>> = {
  stop: {
    title: 'Stop the machine?',
    loss: 'These containers are stopped with it:',
    action: 'Stop',
    run: { title: 'Stopping the machine', done: () => 'The machine is stopped' },
    call: () => client.machine.stop(),
  },
  restart: {
    title: 'Restart the machine?',
    loss: 'These containers are stopped; those with a restart policy come back by themselves:',
    action: 'Restart',
    run: { title: 'Restarting the machine', done: () => 'The machine runs again' },
    call: () => client.machine.restart(),
  },
  kill: {
    title: 'Kill the machine?',
    loss: 'It ends as in a power cut. What these containers have not written to disk is lost:',
    action: 'Kill',
    run: { title: 'Killing the machine', done: () => 'The machine has ended' },
    call: () => client.machine.kill(),
    asks: 'It ends as in a power cut. No container is running.',
  },
  discard: {
    title: 'Discard what is saved?',
    loss: '',
    action: 'Discard',
    run: { title: 'Discarding what is saved', done: () => 'The machine is stopped' },
    call: () => client.machine.stop(),
    asks: 'What its containers had not written to disk is lost. The next start boots the machine.',
  },
};

const UNKNOWN =
  "The engine isn't answering, so Berth can't tell which containers are running. All of them end with the machine.";
const SHOWN = 8;
/** An engine that hangs must not keep its machine from being ended. */
const LIST_PATIENCE_MS = 3_000;

/** Which containers run, or undefined when the engine takes too long to tell. */
async function runningContainers(): Promise<string[] | undefined> {
  const signal = AbortSignal.timeout(LIST_PATIENCE_MS);
  try {
    const containers = await client.containers.list(undefined, { signal });
    return containers.filter(({ state }) => state === 'running').map(({ name }) => name);
  } catch (error) {
    // Nothing runs in a machine that is down.
    console.debug('The running containers are unknown', error);
    return signal.aborted ? undefined : [];
  }
}

/** Ends the machine, with a question before where containers go down with it. */
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
