import { formatNumber } from '#shared/model/phone-number.ts';

/** An E.164 number as people of `region` write it; anything else as it stands. */
export function PhoneNumber({
  number,
  region = 'SI',
}: {
  readonly number: string;
  readonly region?: string | undefined;
}) {
  return (
    <span className="figures" translate="no">
      {formatNumber(number, region)}
    </span>
  );
}
