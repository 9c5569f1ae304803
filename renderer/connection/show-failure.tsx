import { notifications } from '@mantine/notifications';
import { Prose } from '../format/prose.tsx';
import { explain } from './failure.ts';

/** Shows what went wrong and what to do next, until the message is closed. */
export function showFailure(error: unknown): void {
  const { message, hint } = explain(error);
  notifications.show({
    color: 'red',
    title: message,
    message: hint && <Prose text={hint} />,
    autoClose: 12_000,
  });
}
