import type { CallCard } from '#shared/contract/desk.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import { mergeText } from '#shared/model/merge-text.ts';

/** The language to greet in: the customer's own, else the project's. */
function greetingLanguage(card: Pick<CallCard, 'customer' | 'project'>): Language {
  return card.customer?.language ?? card.project?.defaultLanguage ?? 'sl';
}

/** The first words of a call, merged; null where the call has no project. */
export function greetingFor(
  card: Pick<CallCard, 'customer' | 'project'>,
  operatorName: string,
): string | null {
  if (!card.project) return null;
  const text = textIn(card.project.greeting, greetingLanguage(card));
  return mergeText(text, {
    operator: { name: operatorName },
    customer: { name: card.customer?.name },
  });
}
