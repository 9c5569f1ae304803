import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { Platform } from '../../registry/platform.ts';

/** An image that a build took files from. */
export interface ImageMaterial {
  readonly name: string;
  readonly image: StoredImage;
  /** The platform of the result that needs the image. Undefined for the VM's own. */
  readonly of: Platform | undefined;
  /** A scanner's image has only a name: the client didn't choose a platform for it. */
  readonly isScanner?: true;
}

/** What a build was made from, for its provenance. */
export class Materials {
  readonly #images = new Map<string, ImageMaterial>();
  readonly #secrets = new Set<string>();
  readonly #agents = new Set<string>();
  /** The Dockerfile. */
  dockerfile: { readonly filename: string; readonly text: string } | undefined;

  /** What is known now. The scan of a result has images of its own. */
  copy(): Materials {
    const copy = new Materials();
    for (const image of this.images) copy.addImage(image);
    for (const id of this.secrets) copy.addSecret(id);
    for (const id of this.agents) copy.addAgent(id);
    copy.dockerfile = this.dockerfile;
    return copy;
  }

  addImage(material: ImageMaterial): void {
    const { name, image, of } = material;
    this.#images.set(JSON.stringify([name, image.id, of]), material);
  }

  addSecret(id: string): void {
    this.#secrets.add(id);
  }

  addAgent(id: string): void {
    this.#agents.add(id);
  }

  get images(): ImageMaterial[] {
    return [...this.#images.values()];
  }

  get secrets(): string[] {
    return [...this.#secrets];
  }

  get agents(): string[] {
    return [...this.#agents];
  }
}
