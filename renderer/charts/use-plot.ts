import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type PlotLook, plotOptions } from './plot-options.ts';
import type { Series } from './series.ts';

interface PlotInput extends PlotLook {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

interface Plot {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** Moves the cursor to a point, or away from the chart. */
  show(index: number | undefined): void;
}

/** A uPlot chart in an element. The chart follows the element's size, the data and the theme. */
export function usePlot(input: PlotInput): Plot {
  const { times, series } = input;
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  // Only the values change while a chart is on the screen.
  const look = useRef(input);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const made = new uPlot({ ...plotOptions(look.current), width, height }, undefined, element);
    const resizes = new ResizeObserver(([entry]) => {
      if (entry) made.setSize(entry.contentRect);
    });
    resizes.observe(element);
    plot.current = made;
    return () => {
      resizes.disconnect();
      made.destroy();
    };
  }, []);

  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  }, [times, series]);

  const colorScheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drawing reads the scheme's colours.
  useEffect(() => plot.current?.redraw(false), [colorScheme]);

  return {
    ref,
    show(index) {
      const at = index === undefined ? undefined : times[index];
      const left = at === undefined ? undefined : plot.current?.valToPos(at, 'x');
      plot.current?.setCursor({ left: left ?? -10, top: 0 });
    },
  };
}
