/** A colour of Mantine's palette, as its CSS variables name it. */
export type ChartColor = 'tide-6' | 'orange-6';

/** One line of a chart. */
export interface Series {
  readonly label: string;
  readonly color: ChartColor;
  /** One value for each time of the chart. */
  readonly values: readonly number[];
}

export const cssColor = (color: ChartColor) => `var(--mantine-color-${color})`;

export const timeOfDay = (at: number) => new Date(at).toLocaleTimeString();
