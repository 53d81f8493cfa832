import { DateInput, type DateInputProps } from '@mantine/dates';
import 'dayjs/locale/sl.js';
import { useLanguage } from '../../ui/use-language.ts';
import { parseTypedDate } from './parse-date.ts';

/** A date, typed as people write it or picked; its value is YYYY-MM-DD or null. */
export function DateField({
  today,
  ...props
}: Omit<DateInputProps, 'valueFormat' | 'dateParser' | 'locale'> & { readonly today: string }) {
  const language = useLanguage();
  return (
    <DateInput
      {...props}
      locale={language}
      firstDayOfWeek={1}
      valueFormat={language === 'sl' ? 'D. M. YYYY' : 'D MMM YYYY'}
      dateParser={(written) => parseTypedDate(written, today)}
      popoverProps={{ withinPortal: true, position: 'bottom-start', trapFocus: false }}
    />
  );
}
