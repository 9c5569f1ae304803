import type { KubeObject } from '../../objects/kube-object.ts';
import { text } from './column.ts';

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** The column that most kinds have. */
export const ageColumn = text<KubeObject>('Age', ({ metadata }) =>
  sinceText(metadata.creationTimestamp),
);

/** The time since then as `kubectl get` prints it, such as `3m20s`. */
export function sinceText(time: string | undefined, until: number = Date.now()): string {
  if (time === undefined) return '<unknown>';
  return durationText(Math.floor((until - Date.parse(time)) / 1000));
}

/** As precise as it matters: `90s`, `5m10s`, `10m`, `3h5m`, `8h`, `2d3h`, `8d`, `2y10d`. */
export function durationText(seconds: number): string {
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes < 10) return parts(minutes, 'm', seconds % MINUTE, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(seconds / HOUR);
  if (hours < 8) return parts(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(seconds / DAY);
  if (days < 8) return parts(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? parts(years, 'y', days % 365, 'd') : `${years}y`;
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;
}
