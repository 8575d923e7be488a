import { makeStyles, ToggleButton, tokens } from "@fluentui/react-components";
import { DIRECTIONS, directionTitle, directionWords } from "../../lib/directions";
import type { MappingFilter } from "../../lib/mappingFilter";
import { DirectionArrow } from "../../ui/DirectionArrow";

const useStyles = makeStyles({
  legend: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  chip: {
    minWidth: 0,
    gap: tokens.spacingHorizontalS,
    padding: `4px ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusCircular,
    fontWeight: tokens.fontWeightRegular,
    "@media (max-width: 640px)": { padding: "4px 9px", gap: "6px" },
  },
  help: {
    marginLeft: "auto",
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    "@media (max-width: 900px)": { display: "none" },
  },
});

interface DirectionLegendProps {
  canEdit: boolean;
  filter: MappingFilter;
  onFilter: (filter: MappingFilter) => void;
}

/** Says what the arrows mean; pressing one leaves only the fields that go that way. */
export function DirectionLegend({ canEdit, filter, onFilter }: DirectionLegendProps) {
  const styles = useStyles();
  return (
    <ul aria-label="What the arrows mean" className={styles.legend}>
      {DIRECTIONS.map((direction) => (
        <li key={direction}>
          <ToggleButton
            aria-label={`Only ${directionWords(direction)}`}
            checked={filter.direction === direction}
            className={styles.chip}
            onClick={() => onFilter({ ...filter, direction: filter.direction === direction ? null : direction })}
            size="small"
          >
            <DirectionArrow direction={direction} width={33} />
            {directionTitle(direction)}
          </ToggleButton>
        </li>
      ))}
      {canEdit && <li className={styles.help}>Click an arrow to change it, or use the arrow keys</li>}
    </ul>
  );
}
