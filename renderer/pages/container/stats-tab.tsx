import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import { Notice } from '../../components/notice.tsx';
import { formatBytes } from '../../format/bytes.ts';
import classes from './stats-tab.module.css';
import { type ChartPoint, thinOut } from './thin-out.ts';
import { useUsageHistory } from './use-usage-history.ts';

/** One point of a chart stands for so many seconds. */
const SPAN = 4;

interface Series {
  readonly name: keyof ChartPoint;
  readonly label: string;
  readonly color: string;
}

interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

const percent = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} %`;
const rate = (value: number) => `${formatBytes(Math.round(value))}/s`;

const CHARTS: readonly Chart[] = [
  {
    title: 'CPU',
    series: [{ name: 'cpuPercent', label: 'CPU', color: 'tide.6' }],
    format: percent,
  },
  {
    title: 'Memory',
    series: [{ name: 'memory', label: 'Memory', color: 'tide.6' }],
    format: (value) => formatBytes(Math.round(value)),
  },
  {
    title: 'Network',
    series: [
      { name: 'received', label: 'Received', color: 'tide.6' },
      { name: 'sent', label: 'Sent', color: 'orange.6' },
    ],
    format: rate,
  },
  {
    title: 'Disk',
    series: [
      { name: 'read', label: 'Read', color: 'tide.6' },
      { name: 'written', label: 'Written', color: 'orange.6' },
    ],
    format: rate,
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
        title={startedAt === undefined ? 'It does not run' : 'Measuring…'}
      >
        <Text c="var(--quiet)">
          What it uses of the processors, memory, network and disk is here while it runs.
        </Text>
      </Notice>
    );
  }
  return (
    <div className={classes.charts}>
      {CHARTS.map(({ title, series, format }) => (
        <section key={title} className={classes.chart} aria-label={`${title} of ${name}`}>
          <h2 className={classes.title}>{title}</h2>
          <p className={classes.now}>
            {series.map(({ name: key, label }) => (
              <span key={key}>
                {series.length > 1 && <span className={classes.quiet}>{label} </span>}
                {format(latest[key])}
              </span>
            ))}
            {title === 'Memory' && (
              <span className={classes.quiet}>of {formatBytes(latest.memoryLimit)}</span>
            )}
            {title === 'CPU' && <span className={classes.quiet}>{latest.processes} processes</span>}
          </p>
          <AreaChart
            h={150}
            data={[...points]}
            dataKey="at"
            series={[...series]}
            curveType="monotone"
            withDots={false}
            strokeWidth={1.5}
            fillOpacity={0.15}
            gridAxis="x"
            tickLine="none"
            valueFormatter={format}
            areaProps={{ isAnimationActive: false }}
            yAxisProps={{ width: 72, tickCount: 4 }}
            xAxisProps={{
              tickFormatter: (at: number) => new Date(at).toLocaleTimeString(),
              minTickGap: 60,
            }}
            tooltipProps={{
              labelFormatter: (at) => new Date(Number(at)).toLocaleTimeString(),
            }}
          />
        </section>
      ))}
    </div>
  );
}
