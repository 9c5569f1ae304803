import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal as Xterm } from '@xterm/xterm';
import type { TerminalTarget } from '../../electron/api/terminal.ts';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import { handleKey } from './clipboard-keys.ts';
import { openSession } from './session.ts';
import type { TerminalFont } from './terminal-font.ts';
import { drawWithGraphics } from './webgl.ts';

const DIM = '\x1b[90m';
const RED = '\x1b[31m';
const RESET = '\x1b[0m';
const HIDE_CURSOR = '\x1b[?25l';

/** A read-only terminal. */
const READ_ONLY = new Set<TerminalTarget['process']['kind']>(['logs', 'machine-console']);

export interface XtermOptions {
  readonly target: TerminalTarget;
  readonly label: string;
  readonly colors: ITheme;
  readonly font: TerminalFont;
  /** Called when the person wants to search. */
  readonly onFind: () => void;
}

/** A terminal in an element, connected to the host until it is disposed of. */
export interface OpenXterm {
  readonly xterm: Xterm;
  readonly search: SearchAddon;
  /** Uses another font from now on. */
  setFont(font: TerminalFont): void;
  dispose(): void;
}

export function createXterm(element: HTMLElement, options: XtermOptions): OpenXterm {
  const { target, label, colors, font, onFind } = options;
  const reads = !READ_ONLY.has(target.process.kind);
  const xterm = new Xterm({
    theme: colors,
    ...fontOptions(element, font),
    lineHeight: 1.25,
    scrollback: 10_000,
    // The search marks its matches with them.
    allowProposedApi: true,
    // Processes without a terminal end their lines with a line feed only.
    convertEol: !reads,
    disableStdin: !reads,
    cursorBlink: reads,
    cursorInactiveStyle: reads ? 'outline' : 'none',
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(search);
  xterm.loadAddon(
    new WebLinksAddon((_, address) => window.open(address, '_blank', 'noopener,noreferrer')),
  );
  xterm.open(element);
  drawWithGraphics(xterm);
  fit.fit();
  const size = () => ({ columns: xterm.cols, rows: xterm.rows });
  xterm.textarea?.setAttribute('aria-label', `${label}. F6 leaves it.`);
  xterm.attachCustomKeyEventHandler((event) => handleKey(xterm, event, onFind));

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
        const { message, hint } = explain(error);
        xterm.write(`\r\n${RED}[${message}]${RESET}`);
        if (hint !== undefined) xterm.write(`\r\n${DIM}${hint}${RESET}`);
        freeze();
      },
    },
  );
  xterm.onData((text) => session.type(text));
  xterm.onBinary((text) => session.type(text));
  const refit = () => {
    // Behind another tab the terminal has no size, and keeps its last one.
    if (element.clientWidth === 0) return;
    fit.fit();
    session.resize(size());
  };
  const resized = new ResizeObserver(refit);
  resized.observe(element);
  if (reads) xterm.focus();

  return {
    xterm,
    search,
    setFont(next) {
      Object.assign(xterm.options, fontOptions(element, next));
      // The same space now holds another number of characters.
      refit();
    },
    dispose() {
      resized.disconnect();
      session.close();
      xterm.dispose();
    },
  };
}

/** The app's own font follows the chosen one, which the host may not have. */
function fontOptions(element: HTMLElement, { family, size }: TerminalFont) {
  const own = getComputedStyle(element).fontFamily;
  return { fontFamily: family === undefined ? own : `"${family}", ${own}`, fontSize: size };
}
