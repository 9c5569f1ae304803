/** Where below `/images` the app is. */
export type ImagesPlace =
  | { readonly page: 'list' }
  | { readonly page: 'run'; readonly image: string }
  | { readonly page: 'image'; readonly tab: ImageTab; readonly reference: string };

export const IMAGE_TABS = ['overview', 'layers', 'json'] as const;
export type ImageTab = (typeof IMAGE_TABS)[number];

/** The form that runs an image; without one, it asks which. */
export const runPlace = (image = '') => `/images/run/${encodeURIComponent(image)}`;

export const imagePlace = (reference: string, tab: ImageTab = 'overview') =>
  `/images/${tab}/${encodeURIComponent(reference)}`;

/**
 * Reads an address below `/images`. Links from outside say `/images/run?image=NAME`, with the query
 * behind the path or, as the router leaves it, in `search`.
 */
export function readImagesPlace(location: string, search: string): ImagesPlace {
  const [path = '', query = search] = location.split('?');
  const [, , page = '', ...rest] = path.split('/');
  // Names have slashes, and the router may have decoded them already.
  const name = decode(rest.join('/'));
  if (page === 'run') {
    return { page, image: name || (new URLSearchParams(query).get('image') ?? '') };
  }
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
