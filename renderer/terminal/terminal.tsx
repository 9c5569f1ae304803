import '@xterm/xterm/css/xterm.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { TerminalTarget } from '../../electron/api/terminal.ts';
import { darkColors, lightColors } from './colors.ts';
import { createXterm, type OpenXterm } from './create-xterm.ts';
import classes from './terminal.module.css';
import { useTerminalFont } from './terminal-font.ts';
import { TerminalSearch } from './terminal-search.tsx';

/** The target must stay the same for the life of the component: give the component a `key`. */
type TerminalProps = TerminalTarget & { readonly label: string };

/** A terminal that fills its parent. F6 leaves it. */
export function Terminal({ label, ...target }: TerminalProps) {
  const element = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<OpenXterm>();
  const [isSearched, setSearched] = useState(false);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const colors = scheme === 'dark' ? darkColors : lightColors;
  const { family, size } = useTerminalFont();
  const onFind = () => setSearched(true);
  const opening = useRef({ target, label, colors, font: { family, size }, onFind });

  useEffect(() => {
    if (!element.current) return;
    const terminal = createXterm(element.current, opening.current);
    setOpen(terminal);
    return terminal.dispose;
  }, []);

  useEffect(() => {
    if (open) open.xterm.options.theme = colors;
  }, [open, colors]);

  useEffect(() => open?.setFont({ family, size }), [open, family, size]);

  return (
    <section className={classes.terminal} aria-label={label}>
      {isSearched && open && (
        <TerminalSearch
          search={open.search}
          onClose={() => {
            setSearched(false);
            open.xterm.focus();
          }}
        />
      )}
      <div ref={element} className={classes.screen} />
    </section>
  );
}
