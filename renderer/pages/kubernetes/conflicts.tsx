import { Alert, Checkbox } from '@mantine/core';
import classes from './kubernetes.module.css';

interface ConflictsProps {
  readonly conflicts: readonly string[];
  readonly force: boolean;
  readonly onForce: (force: boolean) => void;
}

/** Fields that other programs own: nothing is applied unless Berth takes them over. */
export function Conflicts({ conflicts, force, onForce }: ConflictsProps) {
  if (conflicts.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" mt="md" title="Other programs own some of these fields">
      <pre className={classes.conflicts}>{conflicts.join('\n')}</pre>
      <Checkbox
        label="Take the fields over"
        description="The other programs may change them back."
        checked={force}
        onChange={({ currentTarget }) => onForce(currentTarget.checked)}
      />
    </Alert>
  );
}
