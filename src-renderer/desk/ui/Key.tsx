import styles from './Key.module.css';

/** The key that does the same as the button it stands in. */
export function Key({ name }: { readonly name: string }) {
  return (
    <kbd aria-hidden className={styles.key}>
      {name}
    </kbd>
  );
}
