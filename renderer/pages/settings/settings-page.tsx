import type { ComponentType } from 'react';
import { Link, Redirect, useRoute } from 'wouter';
import { Page } from '../../components/page.tsx';
import { useSettings } from '../../connection/screen.ts';
import { PendingBanner } from '../../machine/pending-banner.tsx';
import { FilesSection } from './files-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { MachineSection } from './machine-section.tsx';
import { NetworkSection } from './network-section.tsx';
import { RegistriesSection } from './registries-section.tsx';
import classes from './settings-page.module.css';
import { TerminalSection } from './terminal-section.tsx';

interface Section {
  readonly name: string;
  readonly title: string;
  readonly component: ComponentType;
}

const SECTIONS: readonly Section[] = [
  { name: 'general', title: 'General', component: GeneralSection },
  { name: 'terminal', title: 'Terminal', component: TerminalSection },
  { name: 'machine', title: 'Machine', component: MachineSection },
  { name: 'files', title: 'Shared folders', component: FilesSection },
  { name: 'registries', title: 'Registries', component: RegistriesSection },
  { name: 'network', title: 'Network', component: NetworkSection },
];

/** All settings. Each section has its own address. */
export default function SettingsPage() {
  const [, params] = useRoute<{ section?: string }>('/settings/:section?');
  const settings = useSettings();
  const section = SECTIONS.find(({ name }) => name === params?.section);
  if (!section) return <Redirect to="/settings/general" replace />;
  const { component: Content } = section;
  return (
    <Page title="Settings" fills>
      <div className={classes.columns}>
        <nav className={classes.sections} aria-label="Settings">
          {SECTIONS.map(({ name, title }) => (
            <Link
              key={name}
              to={`/settings/${name}`}
              className={classes.section ?? ''}
              aria-current={name === section.name ? 'page' : undefined}
            >
              {title}
            </Link>
          ))}
        </nav>
        <div className={classes.content}>
          <PendingBanner />
          {settings && <Content />}
        </div>
      </div>
    </Page>
  );
}
