import { makeStyles, SearchBox, ToggleButton, tokens } from "@fluentui/react-components";
import type { MappingFilter } from "../../lib/mappingFilter";
import { DirectionLegend } from "./DirectionLegend";

const useStyles = makeStyles({
  bar: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  line: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM },
  search: { flex: "1 1 200px", minWidth: 0, maxWidth: "360px", "@media (max-width: 640px)": { maxWidth: "none" } },
  chip: {
    minWidth: 0,
    paddingInline: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusCircular,
    fontWeight: tokens.fontWeightRegular,
  },
});

interface GridToolbarProps {
  canEdit: boolean;
  filter: MappingFilter;
  onFilter: (filter: MappingFilter) => void;
}

export function GridToolbar(props: GridToolbarProps) {
  const styles = useStyles();
  const { canEdit, filter, onFilter } = props;
  return (
    <section aria-label="Search and filters" className={styles.bar}>
      <div className={styles.line}>
        <SearchBox
          aria-label="Search fields"
          className={styles.search}
          onChange={(_, data) => onFilter({ ...filter, search: data.value })}
          placeholder="Search fields and properties"
          value={filter.search}
        />
        {canEdit && (
          <ToggleButton
            aria-label="Only changed fields"
            checked={filter.changedOnly}
            className={styles.chip}
            onClick={() => onFilter({ ...filter, changedOnly: !filter.changedOnly })}
          >
            Changed
          </ToggleButton>
        )}
      </div>
      <DirectionLegend {...props} />
    </section>
  );
}
