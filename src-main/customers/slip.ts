/**
 * Whether two different words are one slip of the finger apart: a letter more, less, other, or two changed places
 * (restricted Damerau-Levenshtein distance 1).
 */
export function oneSlipApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || one === other) return false;
  let same = 0;
  while (same < short.length && short.charCodeAt(same) === long.charCodeAt(same)) same++;
  if (short.length < long.length) return equalFrom(short, same, long, same + 1);
  if (equalFrom(short, same + 1, long, same + 1)) return true;
  return (
    short.charCodeAt(same) === long.charCodeAt(same + 1) &&
    short.charCodeAt(same + 1) === long.charCodeAt(same) &&
    equalFrom(short, same + 2, long, same + 2)
  );
}

function equalFrom(one: string, from: number, other: string, otherFrom: number): boolean {
  if (one.length - from !== other.length - otherFrom) return false;
  for (let step = 0; from + step < one.length; step++)
    if (one.charCodeAt(from + step) !== other.charCodeAt(otherFrom + step)) return false;
  return true;
}
