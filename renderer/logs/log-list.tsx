import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useLayoutEffect, useRef } from 'react';
import { levelOf } from './log-level.ts';
import { LogLine } from './log-line.tsx';
import classes from './log-list.module.css';
import type { FollowedLog } from './use-log.ts';

/** Height of an unwrapped line in pixels, as in the style sheet. */
const LINE_HEIGHT = 20;

/** Pixels from the end within which a list counts as at its end. */
const NEAR = 24;

interface LogListProps {
  readonly log: FollowedLog;
  readonly label: string;
  readonly timestamps: boolean;
  readonly wraps: boolean;
  readonly query: string;
  /** Numbers of the lines to show; undefined for all. */
  readonly shown: readonly number[] | undefined;
  /** Shows the fields of JSON lines in words. */
  readonly readsJson: boolean;
  /** Numbers of the lines found, and of the current one. */
  readonly matches: readonly number[];
  readonly current: number | undefined;
  /** The last line stays visible when new lines come. */
  readonly follows: boolean;
  readonly onFollow: (follows: boolean) => void;
}

/** The lines of a log, of which only the visible ones are drawn. */
export function LogList(props: LogListProps) {
  const { log, label, timestamps, wraps, query, matches, current, follows, onFollow } = props;
  const { shown, readsJson } = props;
  const { store, version } = log;
  const numberAt = (index: number) => (shown ? (shown[index] ?? -1) : store.first + index);
  const indexOf = (number: number) => (shown ? lowerBound(shown, number) : number - store.first);
  const list = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: shown ? shown.length : store.count,
    getScrollElement: () => list.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: numberAt,
    overscan: 20,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured holds no more.
  useLayoutEffect(() => virtual.measure(), [wraps, timestamps, readsJson]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: to be done whenever lines come.
  useLayoutEffect(() => {
    if (follows && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [follows, version, wraps, timestamps, readsJson, shown]);

  const top = useRef(0);
  const first = useRef(store.first);
  // biome-ignore lint/correctness/useExhaustiveDependencies: to be done whenever lines come.
  useLayoutEffect(() => {
    // The visible lines stay in place while lines above them are dropped.
    const dropped = store.first - first.current;
    first.current = store.first;
    if (!follows && dropped > 0 && !shown && list.current)
      list.current.scrollTop -= dropped * LINE_HEIGHT;
  }, [version]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another line is looked at.
  useEffect(() => {
    if (current !== undefined) virtual.scrollToIndex(indexOf(current), { align: 'center' });
  }, [current]);

  const found = new Set(matches.length > 0 ? inSight(matches) : []);
  function inSight(numbers: readonly number[]): number[] {
    const items = virtual.getVirtualItems();
    const from = numberAt(items[0]?.index ?? 0);
    const to = numberAt(items.at(-1)?.index ?? 0);
    return numbers.slice(lowerBound(numbers, from), lowerBound(numbers, to + 1));
  }

  return (
    <section
      ref={list}
      className={classes.list}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard.
      tabIndex={0}
      data-wraps={wraps || undefined}
      style={{ '--source-width': `${store.sourceWidth + 1}ch` } as CSSProperties}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        // New lines alone don't mean that somebody left the end: scrolling up does.
        const goesUp = scrollTop < top.current;
        top.current = scrollTop;
        if (scrollHeight - scrollTop - clientHeight < NEAR) onFollow(true);
        else if (goesUp) onFollow(false);
      }}
    >
      <div className={classes.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const number = numberAt(index);
          const line = store.line(number);
          return (
            line && (
              <div
                key={key}
                ref={wraps ? virtual.measureElement : undefined}
                data-index={index}
                data-stream={line.stream}
                data-level={levelOf(line.plain)}
                data-match={found.has(number) || undefined}
                data-current={number === current || undefined}
                className={classes.line}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogLine {...{ line, timestamps, query, readsJson }} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

/** The position of the first number in a sorted list that isn't smaller. */
function lowerBound(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
