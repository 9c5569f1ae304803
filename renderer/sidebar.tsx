import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link, useRoute } from 'wouter';
import { useIsUnsaved } from './drafts/drafts.ts';
import { UnsavedDot } from './drafts/unsaved-dot.tsx';
import { UnsavedFiles } from './files/unsaved-files.tsx';
import { HelpMenu } from './help-menu.tsx';
import { MachineCard } from './machine/machine-card.tsx';
import { PAGES, type PageEntry } from './navigation/pages.ts';
import { Bell } from './notices/bell.tsx';
import { openPalette } from './palette/open-palette.ts';
import { MOD } from './shortcuts/mod-key.ts';
import classes from './sidebar.module.css';

export function Sidebar() {
  return (
    <aside className={classes.sidebar}>
      <div className={classes.brand}>
        <img src="./icon.svg" alt="" width={26} height={26} />
        <span className={classes.name}>Berth</span>
        <HelpMenu />
        <Bell />
      </div>
      <UnstyledButton className={classes.search ?? ''} onClick={openPalette}>
        <IconSearch size={15} aria-hidden />
        <span className={classes.name}>Search</span>
        <Kbd size="xs">{MOD} K</Kbd>
      </UnstyledButton>
      <nav className={classes.places} aria-label="Pages">
        {PAGES.map((page) => (
          <Place key={page.path} page={page} />
        ))}
      </nav>
      <UnsavedFiles />
      <MachineCard />
    </aside>
  );
}

function Place({ page: { path, title, icon: Icon, atFoot } }: { readonly page: PageEntry }) {
  const [here] = useRoute(`${path}/*?`);
  const isUnsaved = useIsUnsaved(path);
  return (
    <Link
      to={path}
      className={classes.place ?? ''}
      aria-current={here ? 'page' : undefined}
      data-foot={atFoot}
    >
      <Icon size={18} stroke={1.75} />
      {title}
      {isUnsaved && <UnsavedDot />}
    </Link>
  );
}
