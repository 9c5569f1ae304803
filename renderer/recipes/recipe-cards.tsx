import { Badge } from '@mantine/core';
import { Link } from 'wouter';
import type { Recipe } from './recipe.ts';
import classes from './recipe-cards.module.css';

interface RecipeCardsProps {
  readonly recipes: readonly Recipe[];
  readonly label: string;
  readonly hrefOf: (recipe: Recipe) => string;
  /** Whether the VM has the image, so that it runs without a network. */
  readonly isPresent: (image: string) => boolean;
}

/** A card for each service; a click leads to the filled-in form. */
export function RecipeCards({ recipes, label, hrefOf, isPresent }: RecipeCardsProps) {
  return (
    <ul className={classes.cards} aria-label={label}>
      {recipes.map((recipe) => (
        <li key={recipe.id}>
          <Link href={hrefOf(recipe)} className={classes.card ?? ''}>
            <span className={classes.title}>
              {recipe.title}
              {isPresent(recipe.image) && (
                <Badge size="xs" variant="light" color="gray" tt="none">
                  pulled
                </Badge>
              )}
            </span>
            <span className={classes.text}>{recipe.text}</span>
            <span className={classes.image} title={recipe.image}>
              {recipe.image}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
