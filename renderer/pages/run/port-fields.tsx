import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconButton } from '../../components/icon-button.tsx';
import { client } from '../../connection/screen.ts';
import { type FieldsProps, newRow } from './fields.ts';
import { usualHostPort } from './recipe-placement.ts';
import { type PortRow, portOf } from './run-form.ts';
import classes from './section.module.css';
import { Section } from './section.tsx';

const NEW: Omit<PortRow, 'key'> = { host: '', container: '', protocol: 'tcp' };

interface PortFieldsProps extends FieldsProps {
  /** Host ports that the container has now: it gives them up when it is replaced. */
  readonly own?: readonly number[];
}

/** Published ports. */
export function PortFields({ form, suggestions, own = [] }: PortFieldsProps) {
  const { ports } = form.values;
  // A port that is being tested can't be opened by the container at the same moment.
  const problems = useProblems(ports, !form.submitting);
  const open = suggestions.ports.filter(
    ({ containerPort, protocol }) =>
      !ports.some((row) => row.container === `${containerPort}` && row.protocol === protocol),
  );
  return (
    <Section
      title="Published ports"
      about={ports.length === 0 ? 'Your browser reaches them at localhost' : ''}
      actions={
        <>
          {open.slice(0, 4).map(({ containerPort, protocol }) => (
            <Button
              key={`${containerPort}/${protocol}`}
              size="compact-sm"
              variant="light"
              title="The image exposes this port"
              onClick={() =>
                form.insertListItem(
                  'ports',
                  newRow({
                    host: `${usualHostPort(containerPort)}`,
                    container: `${containerPort}`,
                    protocol,
                  }),
                )
              }
            >
              Publish {containerPort}/{protocol}
            </Button>
          ))}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('ports', newRow(NEW))}
          >
            Add port
          </Button>
        </>
      }
    >
      {ports.map((row, index) => {
        const host = form.getInputProps(`ports.${index}.host`);
        return (
          <div key={row.key} className={classes.row}>
            <TextInput
              className={classes.wide ?? ''}
              aria-label={`Host port, row ${index + 1}`}
              placeholder="Any free port"
              inputMode="numeric"
              {...host}
              error={host.error ?? (own.includes(Number(row.host)) ? null : problems.get(row.key))}
            />
            <span className={classes.joint}>→</span>
            <TextInput
              className={classes.wide ?? ''}
              aria-label={`Container port, row ${index + 1}`}
              placeholder="Container port"
              inputMode="numeric"
              {...form.getInputProps(`ports.${index}.container`)}
            />
            <Select
              className={classes.narrow ?? ''}
              aria-label={`Protocol, row ${index + 1}`}
              data={['tcp', 'udp']}
              allowDeselect={false}
              {...form.getInputProps(`ports.${index}.protocol`)}
            />
            <span className={classes.end}>
              <IconButton
                label={`Remove port row ${index + 1}`}
                tooltip="Remove"
                icon={<IconX size={16} />}
                onClick={() => form.removeListItem('ports', index)}
              />
            </span>
          </div>
        );
      })}
    </Section>
  );
}

/** Why host ports can't be opened at the moment, by the key of the row. */
function useProblems(rows: readonly PortRow[], enabled: boolean): ReadonlyMap<string, string> {
  const [settled] = useDebouncedValue(rows, 300);
  const asked = settled.flatMap((row) => {
    const port = portOf(row);
    return port?.hostPort === undefined ? [] : [{ key: row.key, host: row.host, port }];
  });
  const { data } = useQuery({
    queryKey: ['port-problems', asked],
    queryFn: async () => {
      const found = await client.run.portProblems({ ports: asked.map(({ port }) => port) });
      return asked.map(({ key, host }, index) => ({ key, host, problem: found[index] }));
    },
    enabled: enabled && asked.length > 0,
    networkMode: 'always',
    placeholderData: keepPreviousData,
    // Others open and close ports too.
    refetchInterval: 5000,
    retry: false,
  });
  return new Map(
    data?.flatMap(({ key, host, problem }) =>
      problem && rows.some((row) => row.key === key && row.host === host)
        ? [[key, `Port ${host} isn't free: ${problem}`] as const]
        : [],
    ),
  );
}
