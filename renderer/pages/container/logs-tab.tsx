import { Select } from '@mantine/core';
import { useDebouncedValue, useLocalStorage } from '@mantine/hooks';
import {
  IconArrowDown,
  IconClock,
  IconCopy,
  IconDownload,
  IconTextWrap,
} from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import { copyText } from '../../components/copy-text.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { explain } from '../../connection/failure.ts';
import { LogList } from '../../logs/log-list.tsx';
import { DEFAULT_RANGE, RANGE_CHOICES, type RangeName, rangeOf } from '../../logs/log-range.ts';
import { saveLog } from '../../logs/save-log.ts';
import { type FollowedLog, useLog, useLogSearch } from '../../logs/use-log.ts';
import { LogSearchBar } from './log-search-bar.tsx';
import classes from './logs-tab.module.css';

/** While somebody types, in milliseconds. */
const PAUSE = 150;

const icon = { size: 17, stroke: 1.75 };

/** How somebody likes to read logs is remembered. */
const usePreference = <T,>(key: string, defaultValue: T) =>
  useLocalStorage({ key: `berth.logs.${key}`, defaultValue, getInitialValueInEffect: false });

/** What the container has written, and writes. Begins anew with each run. */
export default function LogsTab({ container }: { readonly container: Container }) {
  const { id, name, startedAt } = container;
  const [run, setRun] = useState(startedAt ?? '');
  // A container that has ended has no run: what it wrote last is kept.
  if (startedAt !== undefined && startedAt !== run) setRun(startedAt);
  const [rangeName, setRangeName] = usePreference<RangeName>('range', DEFAULT_RANGE);
  const [timestamps, setTimestamps] = usePreference('timestamps', false);
  const [wraps, setWraps] = usePreference('wrap', false);
  const range = useMemo(() => rangeOf(rangeName), [rangeName]);
  const log = useLog(id, range, run);

  const [follows, setFollows] = useState(true);
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, PAUSE);
  const matches = useLogSearch(log.store, query);
  const [position, setPosition] = useState(0);
  const copyAll = () =>
    copyText(
      log.store.toText({ timestamps }),
      `${log.store.count.toLocaleString()} lines are copied`,
    );

  return (
    <div className={classes.tab}>
      <div className={classes.toolbar}>
        <LogSearchBar
          query={typed}
          onQuery={(text) => {
            setTyped(text);
            setPosition(0);
          }}
          found={matches.length}
          position={position}
          onPosition={setPosition}
        />
        <div className={classes.tools}>
          <Select
            size="xs"
            w={158}
            mr={6}
            aria-label="Part of the log"
            data={RANGE_CHOICES}
            value={rangeName}
            allowDeselect={false}
            onChange={(value) => value && setRangeName(value)}
          />
          <Toggle
            label="Follow"
            icon={<IconArrowDown {...icon} />}
            on={follows}
            onToggle={setFollows}
          />
          <Toggle
            label="Timestamps"
            icon={<IconClock {...icon} />}
            on={timestamps}
            onToggle={setTimestamps}
          />
          <Toggle
            label="Wrap long lines"
            icon={<IconTextWrap {...icon} />}
            on={wraps}
            onToggle={setWraps}
          />
          <IconButton
            label="Copy all lines"
            icon={<IconCopy {...icon} />}
            onClick={() => void copyAll()}
          />
          <IconButton
            label="Save to a file"
            icon={<IconDownload {...icon} />}
            onClick={() => void saveLog(container, rangeOf(rangeName), timestamps)}
          />
        </div>
      </div>
      <LogList
        {...{ log, timestamps, wraps, query, matches, follows }}
        label={`Logs of ${name}`}
        current={matches[position]}
        onFollow={setFollows}
      />
      <Foot log={log} container={container} />
    </div>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

function Toggle({ label, icon, on, onToggle }: ToggleProps) {
  return <IconButton label={label} icon={icon} pressed={on} onClick={() => onToggle(!on)} />;
}

/** How much there is, and why no more comes. */
function Foot({ log, container }: { readonly log: FollowedLog; readonly container: Container }) {
  const { store, end } = log;
  const { exitCode } = container;
  return (
    <div className={classes.foot}>
      <span>
        {store.count === 0 ? 'Nothing is written yet' : `${store.count.toLocaleString()} lines`}
      </span>
      {store.first > 0 && (
        <span>The oldest {store.first.toLocaleString()} are left out; saving has them all.</span>
      )}
      {end?.error !== undefined && (
        <span className={classes.failed} role="alert">
          {explain(end.error).message}
        </span>
      )}
      {end && end.error === undefined && (
        <span>{exitCode === undefined ? 'Ended' : `Ended with code ${exitCode}`}</span>
      )}
    </div>
  );
}
