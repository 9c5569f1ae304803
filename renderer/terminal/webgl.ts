import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Draws with the GPU if there is one, otherwise with elements of the page. */
export function drawWithGraphics(xterm: Terminal): void {
  if (!hasGraphics()) return;
  try {
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    xterm.loadAddon(addon);
  } catch (error) {
    // A driver that promises more than it does: elements are slower, but work.
    console.warn("The graphics processor can't be used", error);
  }
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** A software GPU is slower than elements. */
function hasGraphics(): boolean {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(info && context.getParameter(info.UNMASKED_RENDERER_WEBGL));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(renderer);
}
