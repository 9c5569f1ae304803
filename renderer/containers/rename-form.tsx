import type { Container } from '../../electron/api/containers.ts';
import { client } from '../connection/screen.ts';
import { askForText } from './one-field-form.tsx';

/** The names that engines take. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function openRename({ id, name }: Container): void {
  askForText({
    ...{ title: `Rename ${name}`, label: 'New name', value: name, action: 'Rename' },
    description: 'Other containers on its networks reach it by this name.',
    check: (text) =>
      NAME.test(text) ? null : 'Letters, digits, and between them “-”, “_” and “.”; at least two.',
    submit: async (text) => {
      if (text !== name) await client.containers.rename({ id, name: text });
    },
  });
}
