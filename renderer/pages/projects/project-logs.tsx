import { Group, MultiSelect, Switch, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Project } from '../../../electron/api/projects.ts';
import { SearchField } from '../../components/search-field.tsx';
import classes from './project-logs.module.css';
import { useProjectLogs } from './use-project-logs.ts';

const ROW_HEIGHT = 20;
/** Colours of containers; they come again after these. */
const COLORS = 6;

/** What all containers of a project write, line by line, each with its own colour. */
export function ProjectLogs({ project }: { readonly project: Project }) {
  const services = useMemo(
    () => [...new Set(project.containers.map(({ service }) => service))].sort(),
    [project.containers],
  );
  const [chosen, choose] = useState<string[]>([]);
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const lines = useProjectLogs(project.name);
  const shown = useMemo(() => {
    const word = search.toLowerCase();
    return lines.filter(
      ({ service, text }) =>
        (chosen.length === 0 || chosen.includes(service)) &&
        (word === '' || text.toLowerCase().includes(word)),
    );
  }, [lines, chosen, search]);

  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  useEffect(() => {
    if (follow && shown.length > 0) rows.scrollToIndex(shown.length - 1);
  }, [follow, shown.length, rows]);

  const width = Math.max(...shown.slice(-500).map(({ container }) => container.length), 6);
  return (
    <>
      <Group gap="md" wrap="nowrap">
        <SearchField label="Search the logs" value={search} onChange={setSearch} />
        <MultiSelect
          aria-label="Services to show"
          placeholder={chosen.length === 0 ? 'All services' : ''}
          size="sm"
          flex={1}
          maw={420}
          data={services}
          value={chosen}
          onChange={choose}
          clearable
        />
        <Switch
          label="Follow"
          checked={follow}
          onChange={({ currentTarget }) => setFollow(currentTarget.checked)}
        />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div ref={frame} className={classes.frame} role="log" aria-label="Logs" tabIndex={0}>
        {shown.length === 0 && (
          <Text size="sm" c="var(--quiet)" p="md">
            {lines.length === 0 ? 'Nothing has been written yet.' : 'No line matches.'}
          </Text>
        )}
        <div className={classes.lines} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const line = shown[index];
            if (!line) return null;
            return (
              <div key={index} className={classes.line} style={{ top: start }}>
                <span
                  className={classes.container}
                  style={{ width: `${width + 1}ch` }}
                  data-color={Math.max(services.indexOf(line.service), 0) % COLORS}
                >
                  {line.container}
                </span>
                <span className={classes.text}>{line.text}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
