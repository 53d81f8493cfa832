import type { CallCard } from '#shared/contract/desk.ts';
import { textIn } from '#shared/model/language.ts';
import { mergeText } from '#shared/model/merge-text.ts';

/** What the operator says first, in the customer's language, else in the project's. */
export function greetingFor(
  card: Pick<CallCard, 'project' | 'customer'>,
  operatorName: string | null,
): string {
  if (!card.project) return '';
  const language = card.customer?.language ?? card.project.defaultLanguage;
  return mergeText(textIn(card.project.greeting, language), {
    operator: { name: operatorName },
    customer: { name: card.customer?.name },
    project: { name: textIn(card.project.name, language) },
  });
}
