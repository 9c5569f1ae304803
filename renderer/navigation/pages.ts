import {
  IconBox,
  IconDatabase,
  IconHammer,
  IconNetwork,
  type IconProps,
  IconServer2,
  IconSettings,
  IconShip,
  IconStack2,
  IconTerminal2,
  IconTopologyStar3,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

export type PagePath =
  | '/containers'
  | '/images'
  | '/volumes'
  | '/networks'
  | '/projects'
  | '/kubernetes'
  | '/build'
  | '/terminal'
  | '/machine'
  | '/settings';

/** An entry of the sidebar. */
export interface PageEntry {
  /** The page has every address below it too: `/containers/ID/logs`. */
  readonly path: PagePath;
  readonly title: string;
  readonly icon: ComponentType<IconProps>;
  /** Shown only while the VM runs. Otherwise the page shows how to start the VM. */
  readonly needsMachine: boolean;
  /** Keeps its state while other pages are open, once it was opened. */
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
    needsMachine: true,
  },
  {
    path: '/images',
    title: 'Images',
    icon: IconStack2,
    needsMachine: true,
  },
  {
    path: '/volumes',
    title: 'Volumes',
    icon: IconDatabase,
    needsMachine: true,
  },
  {
    path: '/networks',
    title: 'Networks',
    icon: IconNetwork,
    needsMachine: true,
  },
  {
    path: '/projects',
    title: 'Projects',
    icon: IconTopologyStar3,
    needsMachine: true,
  },
  {
    path: '/kubernetes',
    title: 'Kubernetes',
    icon: IconShip,
    needsMachine: false,
  },
  {
    path: '/build',
    title: 'Build',
    icon: IconHammer,
    needsMachine: true,
  },
  {
    path: '/terminal',
    title: 'Terminal',
    icon: IconTerminal2,
    needsMachine: false,
    stays: true,
  },
  {
    path: '/machine',
    title: 'Machine',
    icon: IconServer2,
    needsMachine: false,
    atFoot: true,
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: IconSettings,
    needsMachine: false,
    atFoot: true,
  },
];
