import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readImagesPlace, runPlace } from '../images/place.ts';
import { ImagePage } from './image/image-page.tsx';
import { ImagesPage } from './images/images-page.tsx';
import { RecipePage } from './run/recipe-page.tsx';
import { RunPage } from './run/run-page.tsx';

/** The list, and below it one image, or the form that runs one. */
export default function ImagesRoutes() {
  const [location, navigate] = useLocation();
  const search = useSearch();
  const place = readImagesPlace(location, search);
  const settled = place.page === 'run' ? runPlace(place.image) : undefined;
  useEffect(() => {
    // A query would stay in the address of every later page: the name moves into the path.
    if (settled && (search !== '' || location.includes('?'))) {
      navigate(`${settled}?`, { replace: true });
    }
  }, [settled, search, location, navigate]);
  switch (place.page) {
    case 'run':
      return <RunPage key={place.image} image={place.image} />;
    case 'recipe':
      return <RecipePage key={place.id} id={place.id} />;
    case 'image':
      return <ImagePage key={place.reference} reference={place.reference} tab={place.tab} />;
    default:
      return <ImagesPage />;
  }
}
