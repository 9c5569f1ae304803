import type { ReactNode } from 'react';
import type { ContainerDetails } from '../../../electron/api/container-details.ts';
import type { Container } from '../../../electron/api/containers.ts';
import { PortChip } from '../../containers/port-chip.tsx';
import { formatBytes } from '../../format/bytes.ts';
import classes from './inspect-tab.module.css';
import { SecretValue } from './secret-value.tsx';
import { isSecret } from './secrets.ts';

interface ContainerSummaryProps {
  readonly container: Container;
  readonly details: ContainerDetails;
}

const POLICIES = {
  no: 'never',
  always: 'always',
  'unless-stopped': 'Unless stopped',
  'on-failure': 'On failure',
} as const;

/** The facts about a container that people look for, by subject. */
export function ContainerSummary({ container, details }: ContainerSummaryProps) {
  const { environment, mounts, networks, labels, health } = details;
  return (
    <div className={classes.summary}>
      <General container={container} details={details} />
      <Limits details={details} />
      <Section title="Environment">
        {environment.map((variable) => (
          <Fact key={variable.name} name={variable.name}>
            {isSecret(variable) ? <SecretValue {...variable} /> : <Code text={variable.value} />}
          </Fact>
        ))}
      </Section>
      <Section title="Mounts">
        {mounts.map(({ destination, source, kind, readOnly }) => (
          <Fact key={destination} name={destination}>
            <Code text={source} />{' '}
            <span className={classes.quiet}>
              {kind}
              {readOnly && ', read-only'}
            </span>
          </Fact>
        ))}
      </Section>
      <Section title="Networks">
        {networks.map(({ name, address, gateway, macAddress, aliases }) => (
          <Fact key={name} name={name}>
            {address === '' ? 'No address while the container is stopped' : <Code text={address} />}
            <div className={classes.quiet}>
              {[
                gateway && `gateway ${gateway}`,
                macAddress,
                aliases.length > 0 && `also ${aliases.join(', ')}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </Fact>
        ))}
      </Section>
      <Section title="Ports">
        {container.ports.map((port) => (
          <Fact
            key={`${port.address} ${port.port} ${port.protocol}`}
            name={`${port.containerPort}/${port.protocol}`}
          >
            <PortChip {...port} /> <span className={classes.quiet}>on {port.address}</span>
          </Fact>
        ))}
      </Section>
      {health && <Health health={health} />}
      <Section title="Labels">
        {Object.entries(labels).map(([name, value]) => (
          <Fact key={name} name={name}>
            <Code text={value} />
          </Fact>
        ))}
      </Section>
    </div>
  );
}

function General({ container, details }: ContainerSummaryProps) {
  const { command, workingDirectory, user, hostname, restartCount } = details;
  return (
    <Section title="General">
      <Fact name="Image">{container.image}</Fact>
      <Fact name="Image ID">
        <Code text={container.imageId} />
      </Fact>
      <Fact name="ID">
        <Code text={container.id} />
      </Fact>
      <Fact name="Command">
        <Code text={command.join(' ')} />
      </Fact>
      <Fact name="Directory">
        <Code text={workingDirectory} />
      </Fact>
      <Fact name="User">{user || 'root'}</Fact>
      {hostname !== '' && <Fact name="Host name">{hostname}</Fact>}
      <Fact name="Created">{new Date(container.createdAt).toLocaleString()}</Fact>
      {restartCount > 0 && <Fact name="Restarts">{restartCount}</Fact>}
      {details.privileged && <Fact name="Privileges">Privileged: full access to the VM</Fact>}
      {details.removedAtEnd && <Fact name="On exit">Removed automatically</Fact>}
    </Section>
  );
}

function Limits({ details: { limits } }: { readonly details: ContainerDetails }) {
  const { cpus, memory, pids, networkRate, restart } = limits;
  const times = restart.policy === 'on-failure' && restart.retries > 0;
  return (
    <Section title="Limits">
      <Fact name="CPUs">{cpus ?? 'No limit'}</Fact>
      <Fact name="Memory">{memory === undefined ? 'No limit' : formatBytes(memory)}</Fact>
      <Fact name="Processes">{pids ?? 'No limit'}</Fact>
      <Fact name="Network">{networkRate ?? 'No limit'}</Fact>
      <Fact name="Restart policy">
        {POLICIES[restart.policy]}
        {times && `, at most ${restart.retries} times`}
      </Fact>
    </Section>
  );
}

function Health({ health }: { readonly health: NonNullable<ContainerDetails['health']> }) {
  return (
    <Section title="Health check">
      <Fact name="State">{health.status}</Fact>
      <Fact name="Failed in a row">{health.failingStreak}</Fact>
      {health.results.map(({ startedAt, exitCode, output }) => (
        <Fact key={startedAt} name={new Date(startedAt).toLocaleTimeString()}>
          {exitCode === 0 ? 'Passed' : `Failed with code ${exitCode}`}
          {output.trim() !== '' && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard.
            <pre className={classes.output} tabIndex={0}>
              {output.trim()}
            </pre>
          )}
        </Fact>
      ))}
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const isEmpty = Array.isArray(children) && children.length === 0;
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{title}</h2>
      {isEmpty ? (
        <p className={classes.quiet}>None</p>
      ) : (
        <dl className={classes.facts}>{children}</dl>
      )}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const Code = ({ text }: { readonly text: string }) => <span className={classes.code}>{text}</span>;
