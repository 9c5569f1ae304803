import { Link, useRoute } from 'wouter';
import { MachineCard } from './machine/machine-card.tsx';
import { PAGES, type PageEntry } from './pages/pages.ts';
import classes from './sidebar.module.css';

export function Sidebar() {
  return (
    <aside className={classes.sidebar}>
      <div className={classes.brand}>
        <img src="./icon.svg" alt="" width={26} height={26} />
        Berth
      </div>
      <nav className={classes.places} aria-label="Pages">
        {PAGES.map((page) => (
          <Place key={page.path} page={page} />
        ))}
      </nav>
      <MachineCard />
    </aside>
  );
}

function Place({ page: { path, title, icon: Icon, atFoot } }: { readonly page: PageEntry }) {
  const [here] = useRoute(`${path}/*?`);
  return (
    <Link
      to={path}
      className={classes.place ?? ''}
      aria-current={here ? 'page' : undefined}
      data-foot={atFoot}
    >
      <Icon size={18} stroke={1.75} />
      {title}
    </Link>
  );
}
