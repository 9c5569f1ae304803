import type { Container } from '../../electron/api/containers.ts';
import { isReference } from '../../guest-agent/grammar/reference.ts';
import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';
import { askForText } from './one-field-form.tsx';

export function openCommit({ id, name }: Container): void {
  askForText({
    ...{ title: `Save ${name} as an image`, label: 'Image name', action: 'Save image' },
    description:
      "Saves the container's files, except those in volumes. The container is paused while Berth saves them.",
    placeholder: 'name:tag',
    value: `${name.toLowerCase()}:snapshot`,
    check: (text) =>
      isReference(text) ? null : 'Use lower case, with a tag after “:”, e.g. web:snapshot.',
    async submit(reference) {
      void startActivity({
        title: `Saving ${name} as ${reference}`,
        done: () => `${name} was saved as ${reference}`,
        run: () => client.containers.commit({ id, reference }),
      });
    },
  });
}
