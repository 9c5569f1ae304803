import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { PagePath } from '../navigation/pages.ts';

/** The content of each page. A page is loaded when it is first opened. */
export const PAGE_COMPONENTS: Readonly<Record<PagePath, LazyExoticComponent<ComponentType>>> = {
  '/containers': lazy(() => import('./containers-routes.tsx')),
  '/images': lazy(() => import('./images-routes.tsx')),
  '/volumes': lazy(() => import('./volumes-routes.tsx')),
  '/networks': lazy(() => import('./networks-routes.tsx')),
  '/projects': lazy(() => import('./projects-routes.tsx')),
  '/kubernetes': lazy(() => import('./kubernetes-routes.tsx')),
  '/build': lazy(() => import('./build-routes.tsx')),
  '/terminal': lazy(() => import('./terminal/terminal-page.tsx')),
  '/machine': lazy(() => import('./machine/machine-page.tsx')),
  '/settings': lazy(() => import('./settings/settings-page.tsx')),
};
