import { Alert, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { BuildSummary } from '../../../electron/api/builds.ts';
import classes from './build.module.css';

/** What went wrong, with the lines of the Dockerfile around it. */
export function BuildFailure({
  failure,
}: {
  readonly failure: NonNullable<BuildSummary['failure']>;
}) {
  const { message, line, quote } = failure;
  const file = quote?.file ?? 'Dockerfile';
  return (
    <Alert
      mb="md"
      color="red"
      variant="outline"
      icon={<IconAlertCircle size={18} />}
      title={line === undefined ? 'The build failed' : `${file}, line ${line}`}
    >
      <Text size="sm">{message}</Text>
      {quote && (
        <pre className={classes.quote}>
          {quote.lines.map(({ number, text, isMarked }) => (
            <span key={number} className={isMarked ? classes.marked : classes.quiet}>
              {String(number).padStart(3)} {text}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </Alert>
  );
}
