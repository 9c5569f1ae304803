import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';

/** Suspending loses nothing, so Berth doesn't ask. */
export function suspendMachine(): void {
  void startActivity({
    title: 'Suspending the VM',
    done: () => 'The VM is suspended',
    run: () => client.machine.suspend(),
  });
}
