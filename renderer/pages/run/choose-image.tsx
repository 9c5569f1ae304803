import { Autocomplete, Button, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useImages } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { recipePlace, runPlace } from '../../images/place.ts';
import { SearchDialog } from '../../images/search-dialog.tsx';
import { RecipeCards } from '../../recipes/recipe-cards.tsx';
import { RECIPES } from '../../recipes/recipe-list.ts';
import classes from './choose-image.module.css';

/** Asks what to run: an image of the VM or of a registry, or one of the usual services. */
export function ChooseImage() {
  const [, navigate] = useLocation();
  const [searching, setSearching] = useState(false);
  const draft = useDraftState({ key: 'run', initial: '' });
  const references = [...new Set((useImages() ?? []).flatMap(({ reference }) => reference ?? []))];
  const name = draft.value.trim();

  function go(image: string): void {
    draft.forget();
    navigate(runPlace(image));
  }

  return (
    <Page
      parent={{ title: 'Containers', href: '/containers' }}
      title="Run a container"
      summary="Choose an image or a service"
    >
      <form
        className={classes.field}
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== '') go(name);
        }}
      >
        <Autocomplete
          label="Image"
          aria-label="Image to run"
          placeholder="e.g. nginx:1"
          data={references}
          limit={12}
          value={draft.value}
          spellCheck={false}
          onChange={draft.set}
          onOptionSubmit={go}
        />
        <Button type="submit" disabled={name === ''}>
          Continue
        </Button>
        <Button
          variant="default"
          leftSection={<IconSearch size={16} />}
          onClick={() => setSearching(true)}
        >
          Search…
        </Button>
      </form>
      <Services present={new Set(references)} />
      <SearchDialog
        opened={searching}
        term={name}
        onClose={() => setSearching(false)}
        onChoose={go}
      />
    </Page>
  );
}

function Services({ present }: { readonly present: ReadonlySet<string> }) {
  const [search, setSearch] = useState('');
  const words = search.toLowerCase();
  const found = RECIPES.filter(({ title, text, image }) =>
    `${title} ${text} ${image}`.toLowerCase().includes(words),
  );
  return (
    <section aria-labelledby="services">
      <div className={classes.heading}>
        <Title order={2} id="services">
          Services
        </Title>
        <SearchField label="Search services" value={search} onChange={setSearch} />
      </div>
      {found.length === 0 && <p className={classes.nothing}>No matches for “{search}”.</p>}
      <RecipeCards
        label="Services"
        recipes={found}
        hrefOf={({ id }) => recipePlace(id)}
        isPresent={(image) => present.has(image)}
      />
    </section>
  );
}
