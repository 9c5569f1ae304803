import type { Container } from '../../electron/api/containers.ts';
import { isName } from '../../guest-agent/grammar/name.ts';
import { client } from '../connection/screen.ts';
import { askForText } from './one-field-form.tsx';

export function openRename({ id, name }: Container): void {
  askForText({
    ...{ title: `Rename ${name}`, label: 'New name', value: name, action: 'Rename' },
    description: 'Other containers on its networks reach the container by this name.',
    check: (text) =>
      isName(text)
        ? null
        : 'Use two or more characters: letters, digits, “-”, “_” or “.”. Begin with a letter or digit.',
    submit: async (text) => {
      if (text !== name) await client.containers.rename({ id, name: text });
    },
  });
}
