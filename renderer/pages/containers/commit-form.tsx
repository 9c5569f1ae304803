import type { Container } from '../../../electron/api/containers.ts';
import { isReference } from '../../../guest-agent/grammar/reference.ts';
import { startActivity } from '../../activity/activity.ts';
import { client } from '../../connection/screen.ts';
import { askForText } from './one-field-form.tsx';

export function openCommit({ id, name }: Container): void {
  askForText({
    ...{ title: `Save ${name} as an image`, label: 'Name of the image', action: 'Save' },
    description: 'Its files as they are now, without those in volumes. It is paused meanwhile.',
    placeholder: 'name:tag',
    value: `${name.toLowerCase()}:snapshot`,
    check: (text) => (isReference(text) ? null : 'A name in lower case, with a tag after “:”.'),
    async submit(reference) {
      void startActivity({
        title: `Saving ${name} as ${reference}`,
        done: () => `${reference} is among the images`,
        run: () => client.containers.commit({ id, reference }),
      });
    },
  });
}
