import { Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import {
  type Between,
  DEFAULT_RANGE,
  RANGE_CHOICES,
  type RangeName,
  rangeOf,
} from '../../logs/log-range.ts';
import { LogView, useLogPreference } from '../../logs/log-view.tsx';
import { saveLog } from '../../logs/save-log.ts';
import { TimeRange } from '../../logs/time-range.tsx';
import { useLog } from '../../logs/use-log.ts';

/** The output of a container, past and present. Begins again with each run. */
export default function LogsTab({ container }: { readonly container: Container }) {
  const { id, name, startedAt, exitCode } = container;
  const [run, setRun] = useState(startedAt ?? '');
  // A stopped container has no run: its last output is kept.
  if (startedAt !== undefined && startedAt !== run) setRun(startedAt);
  const [rangeName, setRangeName] = useLogPreference<RangeName>('range', DEFAULT_RANGE);
  const [between, setBetween] = useState<Between>({ from: '', to: '' });
  const range = useMemo(() => rangeOf(rangeName, between), [rangeName, between]);
  const log = useLog(id, range, run);
  const hasEnded = log.end && log.end.error === undefined;

  return (
    <LogView
      log={log}
      label={`Logs of ${name}`}
      choice={
        <>
          {rangeName === 'between' && <TimeRange value={between} onChange={setBetween} />}
          <Select
            size="xs"
            w={158}
            mr={6}
            aria-label="Range of the log"
            data={RANGE_CHOICES}
            value={rangeName}
            allowDeselect={false}
            onChange={(value) => value && setRangeName(value)}
          />
        </>
      }
      tools={({ timestamps }) => (
        <IconButton
          label="Save to a file"
          icon={<IconDownload size={17} stroke={1.75} />}
          onClick={() => void saveLog(container, rangeOf(rangeName, between), timestamps)}
        />
      )}
      foot={
        <>
          {log.store.first > 0 && <span>To get them all, save the log to a file.</span>}
          {hasEnded && (
            <span>{exitCode === undefined ? 'Ended' : `Ended with code ${exitCode}`}</span>
          )}
        </>
      }
    />
  );
}
