import { notifications } from '@mantine/notifications';

/** Copies and says so: nothing else shows it. `what`: `The name`. */
export async function copyText(text: string, what: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(
    () => notifications.show({ message: `${what} is copied` }),
    () => notifications.show({ color: 'red', message: `${what} could not be copied: ${text}` }),
  );
}
