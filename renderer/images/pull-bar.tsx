import { Progress, Text } from '@mantine/core';
import type { PullProgress } from '../../electron/api/images.ts';
import { formatBytes } from '../format/bytes.ts';

/** The progress of a pull; moving stripes while the size isn't known. */
export function PullBar({ progress }: { readonly progress: PullProgress | undefined }) {
  const { status = 'Asking the registry…', current = 0, total = 0 } = progress ?? {};
  const known = total > 0;
  return (
    <div role="status">
      <Progress
        value={known ? (current / total) * 100 : 100}
        animated={!known || current === total}
        size="sm"
        aria-label="Pull progress"
      />
      <Text size="xs" c="var(--quiet)" mt={6}>
        {known ? `${status}: ${formatBytes(current)} of ${formatBytes(total)}` : status}
      </Text>
    </div>
  );
}
