import { notifications } from '@mantine/notifications';
import { showFailure } from '../connection/show-failure.tsx';

/** Copies the text and says so, since nothing else shows the copy. `done`: `Name copied`. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notifications.show({ message: done, autoClose: 2500 });
  } catch (error) {
    showFailure(error);
  }
}
