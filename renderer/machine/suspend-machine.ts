import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';

/** Nothing is lost by it, so nothing is asked. */
export function suspendMachine(): void {
  void startActivity({
    title: 'Suspending the machine',
    done: () => 'The machine is suspended',
    run: () => client.machine.suspend(),
  });
}
