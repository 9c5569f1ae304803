import { Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import type { Usage } from '../../../electron/api/usage.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { type ChartColor, cssColor } from '../../charts/series.ts';
import { Notice } from '../../components/notice.tsx';
import { formatBytes } from '../../format/bytes.ts';
import classes from './stats-tab.module.css';
import { type ChartPoint, thinOut } from './thin-out.ts';
import { useUsageHistory } from './use-usage-history.ts';

/** Seconds that one point of a chart covers. */
const SPAN = 4;

interface Line {
  readonly name: Exclude<keyof ChartPoint, 'at'>;
  readonly label: string;
  readonly color: ChartColor;
}

interface Chart {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** The least value at the top of the chart. */
  readonly top: number;
}

const percent = (value: number) => `${Number(value.toFixed(value < 10 ? 1 : 0))} %`;
const countedProcesses = (count: number) => (count === 1 ? '1 process' : `${count} processes`);
const rate = (value: number) => `${formatBytes(Math.round(value))}/s`;

const CHARTS: readonly Chart[] = [
  {
    title: 'CPU',
    lines: [{ name: 'cpuPercent', label: 'CPU', color: 'tide-6' }],
    format: percent,
    // The steps of the axis are whole percents at least.
    top: 4,
  },
  {
    title: 'Memory',
    lines: [{ name: 'memory', label: 'Memory', color: 'tide-6' }],
    format: (value) => formatBytes(Math.round(value)),
    top: 1000,
  },
  {
    title: 'Network',
    lines: [
      { name: 'received', label: 'Received', color: 'tide-6' },
      { name: 'sent', label: 'Sent', color: 'orange-6' },
    ],
    format: rate,
    top: 100,
  },
  {
    title: 'Disk',
    lines: [
      { name: 'read', label: 'Read', color: 'tide-6' },
      { name: 'written', label: 'Written', color: 'orange-6' },
    ],
    format: rate,
    top: 100,
  },
];

/** What the container uses, and used in the last ten minutes. */
export default function StatsTab({ container }: { readonly container: Container }) {
  const { id, name, startedAt } = container;
  const history = useUsageHistory(id, startedAt);
  const points = useMemo(() => thinOut(history, SPAN), [history]);
  const latest = history.at(-1);
  if (!latest) {
    return (
      <Notice
        icon={<IconChartLine size={32} stroke={1.5} />}
        title={startedAt === undefined ? 'Container not running' : 'Measuring…'}
      >
        <Text c="var(--quiet)">
          CPU, memory, network and disk use show here while the container runs.
        </Text>
      </Notice>
    );
  }
  return (
    <div className={classes.charts}>
      {CHARTS.map((chart) => (
        <section
          key={chart.title}
          className={classes.chart}
          aria-label={`${chart.title} of ${name}`}
        >
          <h2 className={classes.title}>{chart.title}</h2>
          <Latest chart={chart} usage={latest} />
          <UsageChart chart={chart} points={points} container={name} />
        </section>
      ))}
    </div>
  );
}

/** The latest values, with the colours of the lines if there are two. */
function Latest({ chart, usage }: { readonly chart: Chart; readonly usage: Usage }) {
  const { title, lines, format } = chart;
  return (
    <p className={classes.now}>
      {lines.map(({ name, label, color }) => (
        <span key={name}>
          {lines.length > 1 && (
            <span className={classes.quiet}>
              <span className={classes.swatch} style={{ background: cssColor(color) }} />
              {label}{' '}
            </span>
          )}
          {format(usage[name])}
        </span>
      ))}
      {title === 'Memory' && (
        <span className={classes.quiet}>of {formatBytes(usage.memoryLimit)}</span>
      )}
      {title === 'CPU' && (
        <span className={classes.quiet}>{countedProcesses(usage.processes)}</span>
      )}
    </p>
  );
}

interface UsageChartProps {
  readonly chart: Chart;
  readonly points: readonly ChartPoint[];
  readonly container: string;
}

function UsageChart({ chart, points, container }: UsageChartProps) {
  const { title, lines, format, top } = chart;
  const times = useMemo(() => points.map(({ at }) => at), [points]);
  const series = useMemo(
    () => lines.map((line) => ({ ...line, values: points.map((point) => point[line.name]) })),
    [lines, points],
  );
  return (
    <LineChart
      label={`${title} of ${container}`}
      times={times}
      series={series}
      format={format}
      top={top}
    />
  );
}
