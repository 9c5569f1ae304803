import type { ElectronApplication } from 'playwright-core';

/** A question as the app asked it. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/**
 * Presses the same button of each dialog from now on: dialogs of the system can't be driven.
 * Returns a function that reads the questions.
 */
export async function answerDialogs(
  app: ElectronApplication,
  button: string,
): Promise<() => Promise<readonly Question[]>> {
  await app.evaluate(({ dialog }, label) => {
    const asked: object[] = [];
    Object.assign(globalThis, { berthAsked: asked });
    interface Options {
      readonly message: string;
      readonly detail?: string;
      readonly buttons?: string[];
    }
    const answer = ({ message, detail = '', buttons = [] }: Options) => {
      asked.push({ message, detail, buttons });
      return { response: buttons.indexOf(label), checkboxChecked: false };
    };
    Object.assign(dialog, {
      showMessageBox: async (...parts: unknown[]) => answer(parts.at(-1) as never),
      showMessageBoxSync: (...parts: unknown[]) => answer(parts.at(-1) as never).response,
    });
  }, button);
  return () => app.evaluate(() => Reflect.get(globalThis, 'berthAsked'));
}
