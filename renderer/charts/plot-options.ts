import uPlot from 'uplot';
import { type ChartColor, type Series, timeOfDay } from './series.ts';
import { valueSteps } from './value-steps.ts';

/** Steps of the time axis, in milliseconds. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);

const FONT = '12px "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';

/** Pixels. */
const Y_AXIS_WIDTH = 72;
const X_AXIS_HEIGHT = 30;
/** Room for the right half of the last time, which is centred below the end of the axis. */
const HALF_A_TIME = 36;

/** A point of the chart that the pointer or the keyboard is at. */
export interface Point {
  readonly index: number;
  /** Pixels from the left edge of the chart. */
  readonly left: number;
  /** Whether the point is in the right half of the chart. */
  readonly isRight: boolean;
}

export interface PlotLook {
  readonly series: readonly Pick<Series, 'label' | 'color'>[];
  readonly format: (value: number) => string;
  /** The least value at the top of the value axis. */
  readonly top: number;
  /** Called when the cursor moves, with nothing once the cursor has left the chart. */
  readonly onPoint: (point: Point | undefined) => void;
}

/** Areas under lines over a time axis. Each drawing reads the colours from the theme again. */
export function plotOptions({
  series,
  format,
  top,
  onPoint,
}: PlotLook): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = { font: FONT, stroke: () => cssVariable('--quiet'), ticks: { show: false } };
  const smooth = uPlot.paths.spline?.();
  return {
    ...{ ms: 1, legend: { show: false } },
    padding: [8, HALF_A_TIME, 0, 0],
    scales: {
      // A single first point still needs a stretch of time around it.
      x: {
        time: true,
        range: (_, min, max) => (min === max ? [min - 1000, max + 1000] : [min, max]),
      },
      y: { range: (_, __, max) => [0, valueSteps(Math.max(max, top)).at(-1) ?? top] },
    },
    axes: [
      {
        ...axis,
        ...{ size: X_AXIS_HEIGHT, gap: 12, space: 100, incrs: TIME_STEPS, grid: { show: false } },
        values: (_, times) => times.map(timeOfDay),
      },
      {
        ...axis,
        ...{ size: Y_AXIS_WIDTH, gap: 10 },
        splits: (_, __, ___, max) => [...valueSteps(max)],
        grid: { stroke: () => cssVariable('--line'), width: 1, dash: [5, 5] },
        values: (_, values) => values.map(format),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color }) => ({
        label,
        width: 1.5,
        pxAlign: 0,
        stroke: () => colorOf(color),
        fill: (plot: uPlot) => fade(plot, colorOf(color)),
        ...(smooth && { paths: smooth }),
        points: { show: false },
      })),
    ],
    cursor: {
      ...{ y: false, drag: { x: false, y: false } },
      points: { size: 7, width: 1.5 },
    },
    hooks: { setCursor: [(plot) => onPoint(pointOf(plot))] },
  };
}

function pointOf({ cursor, over }: uPlot): Point | undefined {
  const { idx, left = -1 } = cursor;
  if (idx == null || left < 0) return undefined;
  return { index: idx, left: over.offsetLeft + left, isRight: left > over.clientWidth / 2 };
}

const colorOf = (color: ChartColor) => cssVariable(`--mantine-color-${color}`);

const cssVariable = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name);

/** The colour of an area: fainter towards the bottom. */
function fade({ ctx, bbox }: uPlot, color: string): CanvasGradient {
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
  gradient.addColorStop(0, `color-mix(in srgb, ${color} 18%, transparent)`);
  gradient.addColorStop(1, `color-mix(in srgb, ${color} 3%, transparent)`);
  return gradient;
}
