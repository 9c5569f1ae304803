import { Text } from '@mantine/core';
import type { Container } from '../../electron/api/containers.ts';
import type { Image } from '../../electron/api/images.ts';
import { startActivity } from '../activity/activity.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { client } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';
import classes from './ask-removal.module.css';
import { nameOf, referenceOf } from './image-name.ts';
import { freedBytes, planRemoval, type Removal } from './removal.ts';

/**
 * Says which tags and images are removed and which stay, and removes them once that is confirmed.
 */
export function askRemoval(
  chosen: readonly Image[],
  images: readonly Image[],
  containers: readonly Container[],
): void {
  const plan = planRemoval(chosen, images, containers);
  const going = plan.filter(({ outcome }) => outcome !== 'kept');
  const what = chosen.length === 1 && chosen[0] ? nameOf(chosen[0]) : `${chosen.length} images`;
  confirmLoss({
    title: `Remove ${what}?`,
    children: <Plan plan={plan} />,
    action: chosen.length === 1 ? 'Remove image' : 'Remove images',
    otherwise: going.length > 0 ? 'Cancel' : 'Close',
    disabled: going.length === 0,
    onConfirm: () => void remove(going.map(({ image }) => image)),
  });
}

function Plan({ plan }: { readonly plan: readonly Removal[] }) {
  const bytes = freedBytes(plan);
  return (
    <>
      <ul className={classes.plan}>
        {plan.map((removal) => (
          <li key={referenceOf(removal.image)}>
            <Text size="sm" fw={500} truncate title={referenceOf(removal.image)}>
              {nameOf(removal.image)}
            </Text>
            <Text size="sm" c="var(--quiet)">
              {wordsOf(removal)}
            </Text>
          </li>
        ))}
      </ul>
      {bytes > 0 && (
        <Text size="sm">
          Frees at least {formatBytes(bytes)}. To run it again, you have to pull or build it again.
        </Text>
      )}
    </>
  );
}

function wordsOf({ outcome, users }: Removal): string {
  if (outcome === 'delete') return 'The image is deleted.';
  if (outcome === 'untag') return 'Only this tag is removed. The image keeps its other tags.';
  const names = users.map(({ name }) => name).join(', ');
  return `The image stays. Containers use it: ${names}.`;
}

async function remove(images: readonly Image[]): Promise<void> {
  const [first] = images;
  const what = images.length === 1 && first ? nameOf(first) : `${images.length} images`;
  await startActivity({
    title: `Removing ${what}`,
    done: () => `${what} ${images.length === 1 ? 'was' : 'were'} removed`,
    async run(signal, report) {
      for (const [index, image] of images.entries()) {
        if (signal.aborted) return;
        report({ text: nameOf(image), fraction: index / images.length });
        await client.images.remove({ reference: referenceOf(image), force: false });
      }
    },
  });
}
