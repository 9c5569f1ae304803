import { EventEmitter, once } from 'node:events';

/**
 * As much of the module `electron` as the app uses, for tests of what the app does with it. It
 * draws nothing; what was asked of it can be looked at.
 */

export class StandInContents extends EventEmitter {
  reloads = 0;
  readonly session = {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
  };

  setWindowOpenHandler(): void {}

  reload(): void {
    this.reloads += 1;
  }

  crashes = 0;
  forcefullyCrashRenderer(): void {
    this.crashes += 1;
    this.emit('render-process-gone', {}, { reason: 'killed' });
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new StandInContents();
  readonly calls: string[] = [];
  bounds: { x?: number; y?: number; width?: number; height?: number };
  address = '';
  maximized = false;
  /** Whether its page asks to stay. */
  isUnsaved = false;

  constructor(options: { x?: number; y?: number; width?: number; height?: number }) {
    super();
    const { x, y, width, height } = options;
    this.bounds = { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
    Object.assign(this.bounds, { width, height });
    BrowserWindow.all.push(this);
  }

  async loadURL(address: string): Promise<void> {
    this.address = address;
  }

  maximize(): void {
    this.maximized = true;
  }

  isMaximized = () => this.maximized;
  isFocused = () => this.calls.at(-1) === 'focus';
  isMinimized = () => false;
  getNormalBounds = () => ({ x: 0, y: 0, width: 0, height: 0, ...this.bounds });
  show = () => void this.calls.push('show');
  focus = () => void this.calls.push('focus');
  restore = () => void this.calls.push('restore');
  isDestroyed = () => this.#destroyed;
  #destroyed = false;

  destroy(): void {
    this.#destroyed = true;
    this.emit('closed');
  }

  /** As the person does it. A page with something unsaved keeps it, unless the app says otherwise. */
  close(): void {
    this.emit('close');
    let stays = this.isUnsaved;
    const event = {
      preventDefault() {
        stays = false;
      },
    };
    if (this.isUnsaved) this.webContents.emit('will-prevent-unload', event);
    if (!stays) this.emit('closed');
  }
}

class StandInApp extends EventEmitter {
  first = true;
  quits = 0;
  exitCode: number | undefined;
  requestSingleInstanceLock = () => this.first;
  setAsDefaultProtocolClient = () => true;
  setAppUserModelId(): void {}
  whenReady = async () => {};
  move = (): boolean => true;
  moveToApplicationsFolder = () => this.move();
  /** As macOS reports it, and as the app sets it. */
  loginItem: { openAtLogin: boolean; wasOpenedAtLogin?: boolean; args?: readonly string[] } = {
    openAtLogin: false,
  };
  getVersion = () => '1.2.3';
  getLoginItemSettings = () => this.loginItem;
  setLoginItemSettings(item: typeof this.loginItem): void {
    this.loginItem = item;
  }

  exit(code: number): void {
    this.exitCode = code;
  }

  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (prevented) return;
    this.quits += 1;
    this.emit('will-quit');
  }
}

export const app = new StandInApp();
export const ipcMain = new EventEmitter();
export const powerMonitor = new EventEmitter();
export const protocol = { registerSchemesAsPrivileged() {}, handle() {} };
export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1440, height: 900 } }],
  getAllDisplays: () => screen.displays,
};
export const shell = {
  opened: [] as string[],
  async openExternal(address: string) {
    shell.opened.push(address);
  },
};
export class StandInImage {
  readonly path: string;
  isTemplate = false;

  constructor(path: string) {
    this.path = path;
  }

  setTemplateImage(isTemplate: boolean): void {
    this.isTemplate = isTemplate;
  }
}

export const nativeImage = { createFromPath: (path: string) => new StandInImage(path) };

interface Item {
  readonly label?: string;
  readonly click?: () => void;
}

export const Menu = {
  application: [] as readonly Item[],
  buildFromTemplate: (template: readonly Item[]) => template,
  setApplicationMenu: (menu: readonly Item[]) => {
    Menu.application = menu;
  },
};

export class Tray extends EventEmitter {
  static last: Tray | undefined;
  menu: readonly Item[] = [];
  destroyed = false;

  readonly image: StandInImage;

  constructor(image: StandInImage) {
    super();
    this.image = image;
    Tray.last = this;
  }

  setToolTip(): void {}

  setContextMenu(menu: readonly Item[]): void {
    this.menu = menu;
  }

  click(label: string): void {
    const item = this.menu.find((each) => each.label === label);
    if (!item?.click) throw new Error(`no ${label} in the menu`);
    item.click();
  }

  destroy(): void {
    this.destroyed = true;
  }
}

export class Notification extends EventEmitter {
  static readonly all: Notification[] = [];
  shown = false;

  readonly options: { title: string; body: string };

  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
    Notification.all.push(this);
  }

  show(): void {}
  close(): void {}
}

interface Question {
  readonly message: string;
  readonly buttons: string[];
  readonly cancelId?: number;
  readonly signal?: AbortSignal;
}

/** What the person answers, and what they were asked. */
export const dialog = {
  answer: 0,
  asked: [] as Question[],
  /** Whether a question stays open until its signal ends it. */
  waits: false,
  async showMessageBox(...parts: (BrowserWindow | Question)[]) {
    const question = parts.at(-1) as Question;
    dialog.asked.push(question);
    if (!dialog.waits || !question.signal) return { response: dialog.answer };
    await once(question.signal, 'abort');
    dialog.waits = false;
    return { response: question.cancelId };
  },
  showMessageBoxSync(_window: BrowserWindow, question: Question) {
    dialog.asked.push(question);
    return dialog.answer;
  },
  errors: [] as { title: string; content: string }[],
  showErrorBox: (title: string, content: string) => void dialog.errors.push({ title, content }),
  path: undefined as string | undefined,
  async showSaveDialog() {
    return { canceled: dialog.path === undefined, filePath: dialog.path ?? '' };
  },
  async showOpenDialog() {
    return { canceled: dialog.path === undefined, filePaths: dialog.path ? [dialog.path] : [] };
  },
};
