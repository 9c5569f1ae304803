import { Page } from '../../components/page.tsx';
import { ChooseImage } from './choose-image.tsx';
import { FormOfImage } from './form-of-image.tsx';

/** The form that runs an image. Without an image, it asks for one. */
export function RunPage({ image }: { readonly image: string }) {
  if (image === '') return <ChooseImage />;
  return (
    <Page
      fills
      parent={{ title: 'Images', href: '/images' }}
      title={`Run ${image}`}
      summary="Empty fields use the image's defaults"
    >
      <FormOfImage image={image} />
    </Page>
  );
}
