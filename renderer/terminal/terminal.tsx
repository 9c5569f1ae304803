import '@xterm/xterm/css/xterm.css';
import { useComputedColorScheme } from '@mantine/core';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import type { TerminalProcess } from '../../electron/api/terminal.ts';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import { darkColors, lightColors } from './colors.ts';
import { openSession } from './session.ts';
import classes from './terminal.module.css';

const DIM = '\x1b[2m';
const RED = '\x1b[31m';
const RESET = '\x1b[0m';
const HIDE_CURSOR = '\x1b[?25l';

interface TerminalProps {
  readonly container: string;
  /** Must stay the same for the life of the component: give it a `key`. */
  readonly process: TerminalProcess;
  readonly label: string;
}

/** A terminal that fills its parent, from its opening to its closing. F6 leaves it. */
export function Terminal({ container, process, label }: TerminalProps) {
  const element = useRef<HTMLElement>(null);
  const xterm = useRef<Xterm>(undefined);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const colors = scheme === 'dark' ? darkColors : lightColors;
  const opening = useRef({ container, process, label, colors });

  useEffect(() => {
    if (!element.current) return;
    const terminal = createXterm(element.current, opening.current);
    xterm.current = terminal.xterm;
    return terminal.dispose;
  }, []);

  useEffect(() => {
    if (xterm.current) xterm.current.options.theme = colors;
  }, [colors]);

  return <section ref={element} className={classes.terminal} aria-label={label} />;
}

function createXterm(
  element: HTMLElement,
  { container, process, label, colors }: TerminalProps & { colors: typeof lightColors },
) {
  const reads = process.kind !== 'logs';
  const xterm = new Xterm({
    theme: colors,
    fontFamily: getComputedStyle(element).fontFamily,
    fontSize: 13,
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
    { container, process, size: size() },
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
  const resized = new ResizeObserver(() => {
    fit.fit();
    session.resize(size());
  });
  resized.observe(element);
  if (reads) xterm.focus();

  return {
    xterm,
    dispose() {
      resized.disconnect();
      session.close();
      xterm.dispose();
    },
  };
}
