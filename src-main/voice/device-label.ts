/** The names of audio devices are products; what an owner made of them is not. */

/** Without what names a person: "Ana's AirPods" and "AirPods von Ana" are AirPods. */
export function withoutOwner(label: string): string {
  return label
    .replaceAll(/(?:[\p{L}\p{M}.-]+ )*[\p{L}\p{M}.-]+['’ʼ]s? /gu, '')
    .replaceAll(/ (?:of|von|de|di|od) \p{Lu}[\p{L}\p{M} .-]*/gu, '')
    .trim();
}
