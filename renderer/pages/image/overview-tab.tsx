import { Anchor, CopyButton, Loader, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ImageDetails } from '../../../electron/api/images.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useContainers } from '../../connection/screen.ts';
import { ContainerStatus } from '../../containers/container-status.tsx';
import classes from './overview-tab.module.css';

/** The defaults of a container created from the image. */
export function OverviewTab({ image }: { readonly image: ImageDetails }) {
  const labels = Object.entries(image.labels);
  return (
    <div className={classes.sections}>
      <Section title="Used by">
        <Users image={image} />
      </Section>
      <Section title="Starts with">
        <Facts>
          <Fact name="Entrypoint" values={[image.entrypoint.map(shown).join(' ')]} />
          <Fact name="Command" values={[image.command.map(shown).join(' ')]} />
          <Fact name="Working directory" values={[image.workdir]} />
          <Fact name="User" values={[image.user || 'root']} />
          <Fact name="Ports" values={[image.ports.join(', ')]} />
          <Fact name="Volumes" values={image.volumes} />
        </Facts>
      </Section>
      {image.env.length > 0 && (
        <Section title="Environment">
          <Facts>
            {image.env.map((entry) => {
              const [name, value = ''] = splitEntry(entry);
              return <Fact key={entry} name={name} values={[value]} />;
            })}
          </Facts>
        </Section>
      )}
      <Section title="Identity">
        <Facts>
          <Fact name="Tags" values={image.names} />
          <Fact name="Digests" values={image.digests} copies />
          <Fact name="ID" values={[image.id]} copies />
          <Fact name="Platform" values={[image.platform]} />
          <Fact name="Author" values={[image.author]} />
        </Facts>
      </Section>
      {labels.length > 0 && (
        <Section title="Labels">
          <Facts>
            {labels.map(([name, value]) => (
              <Fact key={name} name={name} values={[value]} />
            ))}
          </Facts>
        </Section>
      )}
    </div>
  );
}

/** A word of a command, quoted if its end isn't clear. */
const shown = (word: string) => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word));

function Users({ image }: { readonly image: ImageDetails }) {
  const containers = useContainers();
  if (!containers) return <Loader size={16} />;
  const users = containers.filter(({ imageId }) => imageId === image.id);
  if (users.length === 0) return <p className={classes.quiet}>No container uses this image.</p>;
  return (
    <ul className={classes.users}>
      {users.map((container) => (
        <li key={container.id}>
          <Anchor component={Link} href={`/containers/${container.id}`} fz="sm">
            {container.name}
          </Anchor>
          <ContainerStatus container={container} />
        </li>
      ))}
    </ul>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section}>
      <Title order={2} size="sm" mb={8}>
        {title}
      </Title>
      {children}
    </section>
  );
}

const Facts = ({ children }: { readonly children: ReactNode }) => (
  <dl className={classes.facts}>{children}</dl>
);

interface FactProps {
  readonly name: string;
  /** One per line. */
  readonly values: readonly string[];
  readonly copies?: boolean;
}

/** Empty facts are hidden. */
function Fact({ name, values, copies = false }: FactProps) {
  const known = values.filter((value) => value !== '');
  if (known.length === 0) return null;
  return (
    <div className={classes.fact}>
      <dt title={name}>{name}</dt>
      {known.map((value) => (
        <dd key={value}>
          <span>{value}</span>
          {copies && <Copy text={value} />}
        </dd>
      ))}
    </div>
  );
}

function Copy({ text }: { readonly text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <IconButton
          label={`Copy ${text}`}
          tooltip={copied ? 'Copied' : 'Copy'}
          icon={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          onClick={copy}
        />
      )}
    </CopyButton>
  );
}
