import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from "@fluentui/react-components";

/** Deep teal; 80 is the colour of buttons and carries white text at 5.6 : 1. */
const brand: BrandVariants = {
  10: "#020a0c",
  20: "#08191d",
  30: "#0a2930",
  40: "#0b363f",
  50: "#0a444f",
  60: "#08535f",
  70: "#07616f",
  80: "#08707f",
  90: "#22808e",
  100: "#3c909d",
  110: "#55a1ab",
  120: "#6fb1ba",
  130: "#8ac2c9",
  140: "#a5d2d8",
  150: "#c1e2e6",
  160: "#def2f4",
};

const fontFamilyBase = '"Inter", "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, Roboto, sans-serif';

export const lightTheme: Theme = {
  ...createLightTheme(brand),
  fontFamilyBase,
  colorNeutralBackground2: "#f7f9f9",
  colorNeutralBackground3: "#f0f4f4",
  colorNeutralStroke2: "#e1e7e8",
  colorNeutralStroke3: "#edf1f1",
};

export const darkTheme: Theme = {
  ...createDarkTheme(brand),
  fontFamilyBase,
  colorNeutralBackground1: "#1a2022",
  colorNeutralBackground1Hover: "#222a2c",
  colorNeutralBackground1Pressed: "#161b1d",
  colorNeutralBackground1Selected: "#263033",
  colorNeutralBackground2: "#121718",
  colorNeutralBackground3: "#0e1213",
  colorNeutralBackground4: "#232b2e",
  colorNeutralBackground5: "#293235",
  colorNeutralBackground6: "#2f393c",
  colorNeutralStroke1: "#4a5659",
  colorNeutralStroke2: "#2c3538",
  colorNeutralStroke3: "#242c2e",
  colorNeutralForeground3: "#a2adb0",
  colorBrandForeground1: brand[120],
  colorBrandForeground2: brand[130],
  colorBrandForegroundLink: brand[120],
  colorBrandForegroundLinkHover: brand[130],
};
