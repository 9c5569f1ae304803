import type { CheckOptions } from '../checks/check-options.ts';
import { Report } from '../checks/report.ts';
import type { Job } from '../jobs/job.ts';
import type { Definition } from './definition.ts';
import { MAX_QUOTED } from './dockerfile-error.ts';

/** Shows each warning in the build's progress, with its lines. */
export function statusReport(
  { status }: Pick<Job, 'status'>,
  { vertex, filename, text }: Definition,
  options: CheckOptions,
): Report {
  const source = { filename, data: Buffer.from(text), language: 'Dockerfile' };
  const info = text.length <= MAX_QUOTED ? { info: source } : {};
  return new Report(options, ({ rule, description, url, message, lines }) => {
    const [first] = lines;
    const short = `${rule}: ${message}${first > 0 ? ` (line ${first})` : ''}`;
    status.append({
      warnings: [
        {
          ...{ vertex, level: 1n, url, ranges: lineRanges(lines), ...info },
          short: Buffer.from(short),
          detail: [Buffer.from(description)],
        },
      ],
    });
  });
}

/** One range for each line, as BuildKit sends them. */
export function lineRanges([first, last]: readonly [first: number, last: number]) {
  return Array.from({ length: Math.max(last - first, 0) + 1 }, (_, index) => ({
    start: { line: first + index },
    end: { line: first + index },
  }));
}
