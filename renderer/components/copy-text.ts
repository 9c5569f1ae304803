import { notifications } from '@mantine/notifications';
import { showFailure } from '../connection/show-failure.tsx';

/** Copies and says so, since nothing else shows it. `done`: `The name is copied`. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notifications.show({ message: done, autoClose: 2500 });
  } catch (error) {
    showFailure(error);
  }
}
