import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowUndo16Regular } from "@fluentui/react-icons";
import { memo } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { Wish } from "../../lib/directionQueue";
import { directionTitle, directionWords } from "../../lib/directions";
import { DirectionArrow } from "../../ui/DirectionArrow";
import { ArrowControl } from "./ArrowControl";
import { FieldName } from "./FieldName";
import { PolicyControl } from "./PolicyControl";
import { RightsMark } from "./RightsMark";
import { RowMarks } from "./RowMarks";

const MappingRow_mapping = graphql(`
  fragment MappingRow_mapping on Mapping {
    id
    outlookLabel
    crmLabel
    outlookProperties
    crmAttributes
    direction
    draftDirection
    defaultDirection
    conflictPolicy
    draftConflictPolicy
    viewerCanEdit
    effective {
      ...MappingRow_effective
    }
    ...ArrowControl_mapping
    ...PolicyControl_mapping
    ...RowMarks_mapping
  }
`);

const MappingRow_effective = graphql(`
  fragment MappingRow_effective on EffectiveDirection {
    direction
    directionForNew
    ...RightsMark_effective
  }
`);

export type RowEffective = FragmentType<typeof MappingRow_effective>;

/** What holds for all rows alike. */
export interface GridView {
  readOnly: boolean;
  /** Whose directions the rows show: somebody's name, or null for the viewer's own. */
  person: string | null;
  canAdminister: boolean;
  explain: (mappingId: string) => void;
}

const useStyles = makeStyles({
  row: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ":last-child": { borderBottom: "none" },
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    "@media (max-width: 640px)": {
      display: "grid",
      gridTemplateColumns: "36% 76px minmax(0, 1fr)",
      gridTemplateRows: "auto auto",
      alignItems: "center",
    },
    // With a mouse the question comes with the row it is about; a finger sees it always.
    "@media (hover: hover)": {
      "& [data-why]": { opacity: 0 },
      ":hover [data-why]": { opacity: 1 },
      ":focus-within [data-why]": { opacity: 1 },
    },
  },
  changed: {
    backgroundColor: `color-mix(in srgb, ${tokens.colorBrandBackground} 8%, transparent)`,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    ":hover": { backgroundColor: `color-mix(in srgb, ${tokens.colorBrandBackground} 13%, transparent)` },
  },
  cell: {
    padding: `6px ${tokens.spacingHorizontalL}`,
    textAlign: "left",
    fontWeight: tokens.fontWeightRegular,
    verticalAlign: "middle",
    minWidth: 0,
    "@media (max-width: 640px)": { padding: `6px ${tokens.spacingHorizontalM}` },
  },
  crmCell: { "@media (max-width: 640px)": { paddingRight: "4px" } },
  arrowCell: { padding: "4px 0", textAlign: "center", verticalAlign: "middle" },
  policyCell: {
    padding: `4px ${tokens.spacingHorizontalM} 4px ${tokens.spacingHorizontalS}`,
    verticalAlign: "middle",
    minWidth: 0,
    "@media (max-width: 640px)": { gridColumn: 3, padding: "0 6px 4px 5px" },
  },
  // Where it plays no part, a phone does without.
  idle: { "@media (max-width: 640px)": { display: "none" } },
  tall: { "@media (max-width: 640px)": { gridRow: "1 / span 2" } },
  crm: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS, minWidth: 0 },
  words: {
    display: "flex",
    flex: "1 1 auto",
    alignItems: "center",
    flexWrap: "wrap",
    gap: `2px ${tokens.spacingHorizontalM}`,
    minWidth: 0,
  },
  name: { minWidth: 0, flex: "1 1 auto" },
  aside: {
    display: "inline-flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  was: { color: tokens.colorNeutralForeground3, textDecorationLine: "line-through" },
  // A phone has no room for words: the old direction is drawn, the new one is on the arrow.
  narrow: { display: "none", "@media (max-width: 640px)": { display: "inline-flex" } },
  wide: { "@media (max-width: 640px)": { display: "none" } },
  quiet: { color: tokens.colorNeutralForeground3 },
  undo: { minWidth: 0 },
});

interface MappingRowProps {
  mapping: FragmentType<typeof MappingRow_mapping>;
  /** What this user asked for and the server has not confirmed yet. */
  pending: Wish | null;
  onSet: (mappingId: string, wish: Wish) => void;
  view: GridView;
  warning: string | null;
  /** What somebody else gets; null to show the viewer's own. */
  effective: RowEffective | null;
}

export const MappingRow = memo(function MappingRow(props: MappingRowProps) {
  const styles = useStyles();
  const mapping = readFragment(MappingRow_mapping, props.mapping);
  const draft = props.pending?.direction ?? mapping.draftDirection;
  const editable = mapping.viewerCanEdit && !props.view.readOnly;
  const shown = editable ? draft : mapping.direction;
  const turned = editable && draft !== mapping.direction;
  const policy = editable ? (props.pending?.policy ?? mapping.draftConflictPolicy) : mapping.conflictPolicy;
  const changed = turned || policy !== mapping.conflictPolicy;
  const effective = readFragment(MappingRow_effective, props.effective ?? mapping.effective);
  const narrowed =
    !editable && [effective.direction, effective.directionForNew].some((left) => left !== mapping.direction);
  const explain = () => props.view.explain(mapping.id);

  return (
    <tr
      aria-busy={props.pending !== null}
      className={mergeClasses(styles.row, changed && styles.changed)}
      data-changed={changed}
      data-direction={shown}
      data-effective={editable ? undefined : effective.direction}
      data-mapping-id={mapping.id}
      data-testid={`mapping-${mapping.crmAttributes[0] ?? mapping.id}`}
    >
      <th className={mergeClasses(styles.cell, styles.tall)} scope="row">
        <FieldName label={mapping.outlookLabel} names={mapping.outlookProperties} side="Outlook" />
      </th>
      <td className={mergeClasses(styles.arrowCell, styles.tall)}>
        <ArrowControl
          direction={shown}
          mapping={mapping}
          onSet={(id, direction) => props.onSet(id, { direction })}
          readOnly={!editable}
        />
      </td>
      <td className={mergeClasses(styles.cell, styles.crmCell)}>
        <span className={styles.crm}>
          <span className={styles.words}>
            <span className={styles.name}>
              <FieldName label={mapping.crmLabel} names={mapping.crmAttributes} side="CRM" />
            </span>
            {changed && (
              <span className={styles.aside}>
                {turned && (
                  <>
                    <span className={styles.narrow} title={`Before: ${directionWords(mapping.direction)}`}>
                      <DirectionArrow direction={mapping.direction} muted width={30} />
                    </span>
                    <span className={mergeClasses(styles.was, styles.wide)}>{directionTitle(mapping.direction)}</span>
                    <span aria-hidden="true" className={styles.wide}>
                      →
                    </span>
                    <span className={styles.wide}>{directionTitle(draft)}</span>
                  </>
                )}
                <Button
                  appearance="subtle"
                  aria-label={`Undo the change of ${mapping.outlookLabel}`}
                  className={styles.undo}
                  icon={<ArrowUndo16Regular />}
                  onClick={() =>
                    props.onSet(mapping.id, { direction: mapping.direction, policy: mapping.conflictPolicy })
                  }
                  size="small"
                >
                  <span className={styles.wide}>Undo</span>
                </Button>
              </span>
            )}
            {!editable && (
              <RightsMark
                canAdminister={props.view.canAdminister}
                configured={mapping.direction}
                effective={effective}
                label={mapping.outlookLabel}
                onExplain={explain}
                person={props.view.person}
              />
            )}
            {!turned && !narrowed && mapping.direction !== mapping.defaultDirection && (
              <span className={mergeClasses(styles.aside, styles.quiet)}>
                Default: {directionWords(mapping.defaultDirection)}
              </span>
            )}
          </span>
          <RowMarks mapping={mapping} onExplain={explain} warning={props.warning} />
        </span>
      </td>
      <td
        className={mergeClasses(
          styles.policyCell,
          shown !== "BOTH" && policy === mapping.conflictPolicy && styles.idle,
        )}
      >
        <PolicyControl
          direction={shown}
          mapping={mapping}
          onSet={(id, next) => props.onSet(id, { policy: next })}
          policy={policy}
          readOnly={!editable}
        />
      </td>
    </tr>
  );
});
