import type { UpdateState } from '../../../api/desktop.ts';
import type { Integration } from '../../install/integration.ts';
import type { ScreenHost } from '../screen-host.ts';

/** What a desktop app offers to a screen, in memory. */
export class StandInDesktop {
  startsAtLogin = false;
  contextState: Awaited<ReturnType<Integration['state']>> = 'absent';
  savedTo: string | undefined;
  /** Whether a feature of the system that makes VMs fast is off. */
  isSlow = false;
  #state: UpdateState = { state: 'unknown' };
  readonly #listeners = new Set<(state: UpdateState) => void>();

  get parts(): Pick<ScreenHost, 'desktop' | 'integrations' | 'diagnostics' | 'acceleration'> {
    return {
      desktop: {
        version: '1.0.0',
        startAtLogin: {
          get: async () => this.startsAtLogin,
          set: async (enabled) => {
            this.startsAtLogin = enabled;
          },
        },
        updates: {
          state: () => this.#state,
          onChange: (listener) => {
            this.#listeners.add(listener);
            return () => this.#listeners.delete(listener);
          },
          check: async () => this.#set({ state: 'ready', version: '1.1.0' }),
          install: async () => this.#set({ state: 'newest' }),
        },
      },
      integrations: {
        dockerContext: {
          state: async () => this.contextState,
          install: async () => {
            this.contextState = 'present';
          },
          remove: async () => {
            this.contextState = 'absent';
          },
        },
      },
      acceleration: {
        isOffered: async () => this.isSlow,
        repair: async () => {
          this.isSlow = false;
          return 'Restart Windows, then start the VM.';
        },
      },
      diagnostics: {
        save: async (path) => {
          this.savedTo = path;
        },
      },
    };
  }

  #set(state: UpdateState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
