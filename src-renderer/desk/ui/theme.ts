/** The one place where Mantine is dressed: one accent, dense, calm. */
import {
  ActionIcon,
  Button,
  colorsTuple,
  createTheme,
  Input,
  InputWrapper,
  Menu,
  NativeSelect,
  PasswordInput,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

const dense = { defaultProps: { size: 'xs' } } as const;

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 7,
  // White text on these has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
  colors: { answer: colorsTuple('#1d7a38'), stop: colorsTuple('#c4271f') },
  defaultRadius: 'sm',
  fontFamily: "'Inter', 'Segoe UI', 'Noto Sans', system-ui, sans-serif",
  fontFamilyMonospace: "'Cascadia Mono', 'DejaVu Sans Mono', ui-monospace, monospace",
  fontSizes: { xs: '0.8125rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.3' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.125rem' }, h2: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  components: {
    Button: Button.extend(dense),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 'md', variant: 'subtle' } }),
    Input: Input.extend(dense),
    InputWrapper: InputWrapper.extend(dense),
    TextInput: TextInput.extend(dense),
    PasswordInput: PasswordInput.extend(dense),
    Textarea: Textarea.extend(dense),
    NativeSelect: NativeSelect.extend(dense),
    Select: Select.extend(dense),
    SegmentedControl: SegmentedControl.extend(dense),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-start' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400 } }),
  },
});
