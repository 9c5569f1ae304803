import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, useState } from 'react';
import classes from './line-chart.module.css';
import type { Point } from './plot-options.ts';
import { cssColor, type Series, timeOfDay } from './series.ts';
import { usePlot } from './use-plot.ts';

interface LineChartProps {
  /** What the chart shows, for screen readers: "CPU of web". */
  readonly label: string;
  /** Milliseconds since the epoch, in order. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** A value with its unit. */
  readonly format: (value: number) => string;
  /** The least value at the top of the value axis. */
  readonly top: number;
}

/**
 * Lines over time. The pointer and the arrow keys move from point to point. A tooltip shows the
 * values, and screen readers read them out.
 */
export function LineChart({ label, times, series, format, top }: LineChartProps) {
  const [point, setPoint] = useState<Point>();
  const { ref, show } = usePlot({ times, series, format, top, onPoint: setPoint });
  const last = times.length - 1;
  const index = Math.min(point?.index ?? last, last);
  const valuesAt = (at: number) =>
    series.map(({ label, values }) => `${label} ${format(values[at] ?? 0)}`).join(', ');
  const move = (event: KeyboardEvent) => {
    const to = targetOf(event.key, index, last);
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  };
  return (
    <div
      className={classes.chart}
      role="slider"
      tabIndex={0}
      aria-label={`${label}. ${summaryOf(times, series, format)}`}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index}
      aria-valuetext={`${timeOfDay(times[index] ?? 0)}: ${valuesAt(index)}`}
      onKeyDown={move}
      onBlur={() => show(undefined)}
    >
      <div ref={ref} className={classes.plot} />
      {point && (
        <div
          className={classes.tooltip}
          style={{ left: point.left, translate: point.isRight ? 'calc(-100% - 12px)' : '12px' }}
        >
          <div className={classes.time}>{timeOfDay(times[index] ?? 0)}</div>
          {series.map(({ label, color, values }) => (
            <div key={label} className={classes.line}>
              <span className={classes.swatch} style={{ background: cssColor(color) }} />
              {label}
              <span className={classes.value}>{format(values[index] ?? 0)}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** Where a key leads from a point; undefined if the key moves nothing. */
function targetOf(key: string, index: number, last: number): number | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, index - 1);
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, index + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return undefined;
}

/** "From 10:26:12 to 10:26:20: CPU 0.2 % to 6.0 %". */
function summaryOf(
  times: readonly number[],
  series: readonly Series[],
  format: (value: number) => string,
): string {
  const ranges = series.map(
    ({ label, values }) =>
      `${label} ${format(Math.min(...values))} to ${format(Math.max(...values))}`,
  );
  return `From ${timeOfDay(times[0] ?? 0)} to ${timeOfDay(times.at(-1) ?? 0)}: ${ranges.join(', ')}`;
}
