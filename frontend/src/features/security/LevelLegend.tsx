import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { LEVEL_MEANING, LEVELS, levelTitle } from "../../lib/accessLevels";
import { LevelCircle } from "./LevelCircle";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    color: tokens.colorNeutralForeground2,
  },
  one: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  key: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase100,
    color: tokens.colorNeutralForeground3,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    padding: "0 4px",
    "@media (max-width: 640px)": { display: "none" },
  },
});

/** What the circles mean, and the keys that choose them. */
export function LevelLegend() {
  const styles = useStyles();
  return (
    <ul aria-label="Levels" className={styles.list}>
      {LEVELS.map((level, digit) => (
        <li className={styles.one} key={level} title={LEVEL_MEANING[level]}>
          <LevelCircle level={level} size={16} />
          <Text size={200}>{levelTitle(level)}</Text>
          <kbd className={styles.key}>{digit}</kbd>
        </li>
      ))}
    </ul>
  );
}
