import { expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { mergeText } from '#shared/model/merge-text.ts';
import { mergeValues } from '../../../src-renderer/desk/work/script/merge-values.ts';
import { marija } from '../../support/fake-desk-data.ts';

const text = '{{customer.data.bill}} € since {{customer.data.year}}, {{answer.paysElsewhere}} €';

function said(language: 'sl' | 'en'): string {
  const known = {
    customer: { ...marija, data: { bill: 17.99, year: 2019 } },
    operatorName: null,
    project: null,
    script: null,
    form: null,
    draft: { ...emptyDraft, script: { paysElsewhere: 24.5 } },
  };
  return mergeText(text, mergeValues(known, language));
}

test('numbers are written as the spoken language writes them', () => {
  expect(said('sl')).toBe('17,99 € since 2019, 24,5 €');
  expect(said('en')).toBe('17.99 € since 2019, 24.5 €');
});
