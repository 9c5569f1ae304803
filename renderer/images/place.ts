/** The page below `/images` that is open. */
export type ImagesPlace =
  | { readonly page: 'list' }
  | { readonly page: 'run'; readonly image: string }
  | { readonly page: 'recipe'; readonly id: string }
  | { readonly page: 'image'; readonly tab: ImageTab; readonly reference: string };

export const IMAGE_TABS = ['overview', 'layers', 'json'] as const;
export type ImageTab = (typeof IMAGE_TABS)[number];

/** The form that runs an image. Without an image, the form asks for one. */
export const runPlace = (image = '') => `/images/run/${encodeURIComponent(image)}`;

/** The form with everything filled in for a service. */
export const recipePlace = (id: string) => `/images/recipe/${id}`;

export const imagePlace = (reference: string, tab: ImageTab = 'overview') =>
  `/images/${tab}/${encodeURIComponent(reference)}`;

/**
 * Reads an address below `/images`. Outside links use `/images/run?image=NAME`. The query is behind
 * the path or, once the router has split it off, in `search`.
 */
export function readImagesPlace(location: string, search: string): ImagesPlace {
  const [path = '', query = search] = location.split('?');
  const [, , page = '', ...rest] = path.split('/');
  // Names contain slashes, and the router may have decoded them already.
  const name = decode(rest.join('/'));
  if (page === 'run') {
    return { page, image: name || (new URLSearchParams(query).get('image') ?? '') };
  }
  if (page === 'recipe' && name !== '') return { page, id: name };
  const tab = IMAGE_TABS.find((each) => each === page);
  return tab && name !== '' ? { page: 'image', tab, reference: name } : { page: 'list' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
