import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import type { RunMode } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { totalTiles } from "../../lib/runTiles";
import type { Counts } from "../../lib/runWords";

const useStyles = makeStyles({
  tiles: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(148px, 1fr))",
    gap: tokens.spacingHorizontalM,
    margin: 0,
    "@media (max-width: 640px)": { gridTemplateColumns: "1fr 1fr", gap: tokens.spacingHorizontalS },
  },
  tile: {
    display: "flex",
    flexDirection: "column-reverse",
    justifyContent: "flex-end",
    gap: "2px",
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  value: { margin: 0, fontVariantNumeric: "tabular-nums" },
  detail: { display: "block", color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  warn: { color: tokens.colorStatusWarningForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  none: { color: tokens.colorNeutralForeground3 },
});

export function RunTotals(props: { counts: Counts; mode: RunMode }) {
  const styles = useStyles();
  return (
    <dl aria-label="Totals" className={styles.tiles}>
      {totalTiles(props.counts, props.mode).map((tile) => (
        <div className={styles.tile} key={tile.title}>
          <dt>
            <Text size={200}>{tile.title}</Text>
            {tile.detail && <span className={styles.detail}>{tile.detail}</span>}
          </dt>
          <dd className={styles.value}>
            <Text
              className={mergeClasses(
                tile.value === 0 && styles.none,
                tile.value > 0 && tile.tone === "warn" && styles.warn,
                tile.value > 0 && tile.tone === "bad" && styles.bad,
              )}
              size={600}
              weight="semibold"
            >
              {formatNumber(tile.value)}
            </Text>
          </dd>
        </div>
      ))}
    </dl>
  );
}
