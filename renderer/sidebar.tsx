import { IconBox, IconStack2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import { MachineCard } from './machine/machine-card.tsx';
import classes from './sidebar.module.css';

export function Sidebar() {
  return (
    <aside className={classes.sidebar}>
      <div className={classes.brand}>
        <img src="./icon.svg" alt="" width={26} height={26} />
        Berth
      </div>
      <nav className={classes.places} aria-label="Pages">
        <Place to="/containers" icon={<IconBox size={18} stroke={1.75} />}>
          Containers
        </Place>
        <Place to="/images" icon={<IconStack2 size={18} stroke={1.75} />}>
          Images
        </Place>
      </nav>
      <MachineCard />
    </aside>
  );
}

interface PlaceProps {
  readonly to: string;
  readonly icon: ReactNode;
  readonly children: string;
}

function Place({ to, icon, children }: PlaceProps) {
  const [here] = useRoute(`${to}/*?`);
  return (
    <Link to={to} className={classes.place ?? ''} aria-current={here ? 'page' : undefined}>
      {icon}
      {children}
    </Link>
  );
}
