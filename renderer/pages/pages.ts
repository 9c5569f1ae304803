import {
  IconBox,
  IconDatabase,
  IconHammer,
  IconNetwork,
  type IconProps,
  IconServer2,
  IconSettings,
  IconStack2,
  IconTerminal2,
  IconTopologyStar3,
} from '@tabler/icons-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** A place of the app. */
export interface PageEntry {
  /** The page has every address below it too: `/containers/ID/logs`. */
  readonly path: `/${string}`;
  readonly title: string;
  readonly icon: ComponentType<IconProps>;
  /** Loaded when it is first looked at. */
  readonly component: LazyExoticComponent<ComponentType>;
  /** Shown only while the machine runs; otherwise, the way to get there is. */
  readonly needsMachine: boolean;
  /** Stays as it is while other pages are looked at, from the first look on. */
  readonly stays?: boolean;
  /** About the app itself, at the foot of the sidebar. */
  readonly atFoot?: boolean;
}

/** In the order of the sidebar. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/containers',
    title: 'Containers',
    icon: IconBox,
    component: lazy(() => import('./containers/containers-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/images',
    title: 'Images',
    icon: IconStack2,
    component: lazy(() => import('./images/images-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/volumes',
    title: 'Volumes',
    icon: IconDatabase,
    component: lazy(() => import('./volumes/volumes-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/networks',
    title: 'Networks',
    icon: IconNetwork,
    component: lazy(() => import('./networks/networks-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/projects',
    title: 'Projects',
    icon: IconTopologyStar3,
    component: lazy(() => import('./projects/projects-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/build',
    title: 'Build',
    icon: IconHammer,
    component: lazy(() => import('./build/build-routes.tsx')),
    needsMachine: true,
  },
  {
    path: '/terminal',
    title: 'Terminal',
    icon: IconTerminal2,
    component: lazy(() => import('./terminal/terminal-page.tsx')),
    needsMachine: false,
    stays: true,
  },
  {
    path: '/machine',
    title: 'Machine',
    icon: IconServer2,
    component: lazy(() => import('./machine/machine-page.tsx')),
    needsMachine: false,
    atFoot: true,
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: IconSettings,
    component: lazy(() => import('./settings/settings-page.tsx')),
    needsMachine: false,
    atFoot: true,
  },
];
