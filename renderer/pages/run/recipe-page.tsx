import { Button, Group, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Redirect } from 'wouter';
import { copyText } from '../../components/copy-text.ts';
import { Page } from '../../components/page.tsx';
import { client } from '../../connection/screen.ts';
import { runPlace } from '../../images/place.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import { RECIPES } from '../../recipes/recipe-list.ts';
import { FormOfImage } from './form-of-image.tsx';
import { addressOfRun, formOfRecipe } from './recipe-form.ts';
import { placeRecipe } from './recipe-placement.ts';
import type { RunForm } from './run-form.ts';

/** The run form with everything that a service needs filled in. */
export function RecipePage({ id }: { readonly id: string }) {
  const recipe = RECIPES.find((each) => each.id === id);
  if (!recipe) return <Redirect to={runPlace()} replace />;
  return (
    <Page
      fills
      parent={{ title: 'Run a container', href: runPlace() }}
      title={`Run ${recipe.title}`}
      summary={recipe.image}
    >
      <RecipeForm recipe={recipe} />
    </Page>
  );
}

function RecipeForm({ recipe }: { readonly recipe: Recipe }) {
  const { data: placement } = useQuery({
    queryKey: ['recipe-placement', recipe.id],
    queryFn: () => placeRecipe(client, recipe),
    networkMode: 'always',
    gcTime: 0,
    // The form is open: another name or port would surprise.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const start = useMemo(
    () =>
      placement && {
        key: `run recipe ${recipe.id}`,
        form: formOfRecipe(recipe, placement),
        onStarted: (form: RunForm) => showAddress(recipe, addressOfRun(recipe, form)),
      },
    [recipe, placement],
  );
  if (!start) return <Loader size={24} />;
  return <FormOfImage image={recipe.image} start={start} />;
}

/** Says how clients connect: the address contains the new password. */
function showAddress({ title }: Recipe, address: string | undefined): void {
  if (address === undefined) return;
  notifications.show({
    title: `${title} is starting`,
    message: (
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm">Its address contains the password.</Text>
        <Button
          size="compact-sm"
          variant="default"
          flex="none"
          leftSection={<IconCopy size={14} />}
          onClick={() => void copyText(address, 'The address was copied')}
        >
          Copy address
        </Button>
      </Group>
    ),
    autoClose: 30_000,
  });
}
