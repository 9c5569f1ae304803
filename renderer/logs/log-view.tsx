import { Loader, Select } from '@mantine/core';
import { useDebouncedValue, useLocalStorage } from '@mantine/hooks';
import {
  IconArrowDown,
  IconBraces,
  IconClock,
  IconCopy,
  IconFilter,
  IconTextWrap,
} from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { copyText } from '../components/copy-text.ts';
import { IconButton } from '../components/icon-button.tsx';
import { explain } from '../connection/failure.ts';
import { includesLevel, LEVEL_CHOICES, type LevelChoice, levelOf } from './log-level.ts';
import { LogList } from './log-list.tsx';
import { containing, type LineTest } from './log-search.ts';
import { LogSearchBar } from './log-search-bar.tsx';
import classes from './log-view.module.css';
import { type FollowedLog, useFoundLines } from './use-log.ts';

/** Milliseconds to wait while somebody types. */
const PAUSE = 150;

const icon = { size: 17, stroke: 1.75 };

/** The way a person likes to read logs is remembered. */
export const useLogPreference = <T,>(key: string, defaultValue: T) =>
  useLocalStorage({ key: `berth.logs.${key}`, defaultValue, getInitialValueInEffect: false });

interface LogViewProps {
  readonly log: FollowedLog;
  readonly label: string;
  /** The control that chooses the part of the log. */
  readonly choice: ReactNode;
  /** Further actions. */
  readonly tools?: (options: { timestamps: boolean }) => ReactNode;
  /** Text below the lines, beside their number. */
  readonly foot?: ReactNode;
}

/** A log with its tools: search, follow, timestamps, wrap, copy. */
export function LogView({ log, label, choice, tools, foot }: LogViewProps) {
  const [timestamps, setTimestamps] = useLogPreference('timestamps', false);
  const [wraps, setWraps] = useLogPreference('wrap', false);
  const [follows, setFollows] = useState(true);
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, PAUSE);
  const test = useMemo(() => (query === '' ? undefined : containing(query)), [query]);
  const { matches, isSearching } = useFoundLines(log.store, test);
  const [filters, setFilters] = useState(false);
  const [level, setLevel] = useState<LevelChoice>('all');
  const wanted = useMemo(
    () => lineFilter(level, filters ? test : undefined),
    [level, filters, test],
  );
  const filtered = useFoundLines(log.store, wanted);
  const shown = wanted && filtered.matches;
  const [readsJson, setReadsJson] = useLogPreference('json', true);
  const [position, setPosition] = useState(0);
  const { store, end } = log;
  const count = store.count.toLocaleString();
  const isLoading = !store.caughtUp && !end;

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
          isSearching={isSearching || isLoading || typed !== query}
          position={position}
          onPosition={setPosition}
        />
        <Toggle
          label="Show only matching lines"
          icon={<IconFilter {...icon} />}
          on={filters}
          onToggle={setFilters}
        />
        <Select
          size="xs"
          w={168}
          aria-label="Levels to show"
          data={LEVEL_CHOICES}
          value={level}
          allowDeselect={false}
          onChange={(value) => value && setLevel(value)}
        />
        <div className={classes.tools}>
          {choice}
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
          <Toggle
            label="Show the fields of JSON lines"
            icon={<IconBraces {...icon} />}
            on={readsJson}
            onToggle={setReadsJson}
          />
          <IconButton
            label="Copy all lines"
            icon={<IconCopy {...icon} />}
            onClick={() =>
              void copyText(store.toText({ timestamps }), `${count} lines were copied`)
            }
          />
          {tools?.({ timestamps })}
        </div>
      </div>
      <LogList
        {...{ log, label, timestamps, wraps, query, matches, follows, shown, readsJson }}
        current={matches[position]}
        onFollow={setFollows}
      />
      <div className={classes.foot}>
        {isLoading && (
          <span className={classes.loading} role="status">
            <Loader size={12} />
            Loading…
          </span>
        )}
        {store.count > 0 && !shown && <span>{count} lines</span>}
        {shown && (
          <span role="status">
            {shown.length.toLocaleString()} of {count} lines
            {filtered.isSearching && '…'}
          </span>
        )}
        {store.count === 0 && !isLoading && end?.error === undefined && (
          <span>{end ? 'No output' : 'No output yet'}</span>
        )}
        {store.first > 0 && <span>The oldest {store.first.toLocaleString()} aren't shown.</span>}
        {end?.error !== undefined && (
          <span className={classes.failed} role="alert">
            {explain(end.error).message}
          </span>
        )}
        {foot}
      </div>
    </div>
  );
}

/** Undefined if all lines are wanted. */
function lineFilter(level: LevelChoice, test: LineTest | undefined): LineTest | undefined {
  if (level === 'all') return test;
  return (line) => includesLevel(level, levelOf(line.plain)) && (!test || test(line));
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
