import { lazy, Suspense, useEffect, useState } from 'react';
import { onOpenPalette } from './open-palette.ts';

const Palette = lazy(() => import('./palette.tsx'));

/** Loads the palette when it is first opened. */
export function PaletteHost() {
  const [openings, setOpenings] = useState(0);
  useEffect(() => onOpenPalette(() => setOpenings((count) => count + 1)), []);
  return (
    openings > 0 && (
      <Suspense fallback={null}>
        <Palette openings={openings} />
      </Suspense>
    )
  );
}
