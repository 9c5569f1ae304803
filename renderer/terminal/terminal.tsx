import '@xterm/xterm/css/xterm.css';
import { useComputedColorScheme } from '@mantine/core';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import type { TerminalTarget } from '../../electron/api/terminal.ts';
import { explain } from '../connection/failure.ts';
import { client, useSettings } from '../connection/screen.ts';
import { darkColors, lightColors } from './colors.ts';
import { openSession } from './session.ts';
import classes from './terminal.module.css';

const DIM = '\x1b[2m';
const RED = '\x1b[31m';
const RESET = '\x1b[0m';
const HIDE_CURSOR = '\x1b[?25l';

/** The target must stay the same for the life of the component: give it a `key`. */
type TerminalProps = TerminalTarget & { readonly label: string };

/** What of it the user can choose. */
interface Font {
  readonly family: string;
  readonly size: number;
}

const READ_ONLY = new Set<TerminalTarget['process']['kind']>(['logs', 'machine-console']);

/** A terminal that fills its parent, from its opening to its closing. F6 leaves it. */
export function Terminal(props: TerminalProps) {
  const { label } = props;
  const element = useRef<HTMLElement>(null);
  const xterm = useRef<Xterm>(undefined);
  const fit = useRef<() => void>(undefined);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const colors = scheme === 'dark' ? darkColors : lightColors;
  const { terminalFont: family = '', terminalFontSize: size = 13 } = useSettings()?.app ?? {};
  const opening = useRef({ target: props, colors, font: { family, size } });

  useEffect(() => {
    if (!element.current) return;
    const terminal = createXterm(element.current, opening.current);
    xterm.current = terminal.xterm;
    fit.current = terminal.fit;
    return terminal.dispose;
  }, []);

  useEffect(() => {
    if (xterm.current) xterm.current.options.theme = colors;
  }, [colors]);

  useEffect(() => {
    if (!xterm.current || !element.current) return;
    Object.assign(xterm.current.options, fontOptions(element.current, { family, size }));
    // The same room holds another number of characters now.
    fit.current?.();
  }, [family, size]);

  return <section ref={element} className={classes.terminal} aria-label={label} />;
}

/** The page's own font comes after a chosen one, which this computer may not have. */
function fontOptions(element: HTMLElement, { family, size }: Font) {
  const own = getComputedStyle(element).fontFamily;
  return { fontFamily: family === '' ? own : `"${family}", ${own}`, fontSize: size };
}

function createXterm(
  element: HTMLElement,
  opening: { target: TerminalProps; colors: typeof lightColors; font: Font },
) {
  const { label, ...target } = opening.target;
  const reads = !READ_ONLY.has(target.process.kind);
  const xterm = new Xterm({
    theme: opening.colors,
    ...fontOptions(element, opening.font),
    lineHeight: 1.25,
    scrollback: 10_000,
    // Processes without a terminal end their lines with a line feed alone.
    convertEol: !reads,
    disableStdin: !reads,
    cursorBlink: reads,
    cursorInactiveStyle: reads ? 'outline' : 'none',
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.open(element);
  fit.fit();
  const size = () => ({ columns: xterm.cols, rows: xterm.rows });
  xterm.textarea?.setAttribute('aria-label', `${label}. F6 leaves it.`);
  xterm.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'F6') return true;
    xterm.blur();
    return false;
  });

  const freeze = () => {
    xterm.options.disableStdin = true;
    xterm.write(HIDE_CURSOR);
  };
  const session = openSession(
    client.terminal,
    { ...target, size: size() },
    {
      draw: (text, drawn) => xterm.write(text, drawn),
      exited: (exitCode) => {
        if (exitCode !== undefined) xterm.write(`\r\n${DIM}[exited with code ${exitCode}]${RESET}`);
        freeze();
      },
      failed: (error) => {
        xterm.write(`\r\n${RED}[${explain(error).message}]${RESET}`);
        freeze();
      },
    },
  );
  xterm.onData((text) => session.type(text));
  xterm.onBinary((text) => session.type(text));
  const refit = () => {
    // One that is out of sight keeps the size that it will have again.
    if (element.clientWidth === 0) return;
    fit.fit();
    session.resize(size());
  };
  const resized = new ResizeObserver(refit);
  resized.observe(element);
  if (reads) xterm.focus();

  return {
    xterm,
    fit: refit,
    dispose() {
      resized.disconnect();
      session.close();
      xterm.dispose();
    },
  };
}
