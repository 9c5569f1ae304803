import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Container } from '../../../electron/api/containers.ts';

/** A part of a container's page. */
export interface ContainerTab {
  /** The name in the address: `/containers/ID/logs`. */
  readonly name: string;
  readonly title: string;
  /** Loaded when it is first opened. */
  readonly component: LazyExoticComponent<ComponentType<{ readonly container: Container }>>;
  /** Stays active behind other tabs once it was opened. */
  readonly staysOpen?: boolean;
}

/** In the order of the tabs. */
export const TABS: readonly ContainerTab[] = [
  {
    name: 'terminal',
    title: 'Terminal',
    component: lazy(() => import('./terminal-tab.tsx')),
    staysOpen: true,
  },
  { name: 'logs', title: 'Logs', component: lazy(() => import('./logs-tab.tsx')) },
  { name: 'files', title: 'Files', component: lazy(() => import('./files-tab.tsx')) },
  { name: 'stats', title: 'Stats', component: lazy(() => import('./stats-tab.tsx')) },
  { name: 'inspect', title: 'Inspect', component: lazy(() => import('./inspect-tab.tsx')) },
];
