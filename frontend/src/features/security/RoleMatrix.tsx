import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, useRef, useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { AccessLevel } from "../../gql/graphql";
import { levelOfKey, levelWords, PRIVILEGES, privilegeTitle, turnLevel } from "../../lib/accessLevels";
import { type GridPlace, moveInGrid } from "../../lib/gridMove";
import { KINDS } from "../../lib/kinds";
import { cellKey, type PrivilegeLevel, type RoleDraft, savedLevels } from "../../lib/roleDraft";
import { LevelCircle } from "./LevelCircle";

const RoleMatrix_role = graphql(`
  fragment RoleMatrix_role on SecurityRole {
    id
    name
    privileges {
      kind
      privilege
      level
    }
  }
`);

const PHONE = "@media (max-width: 640px)";

const useStyles = makeStyles({
  table: {
    width: "100%",
    borderCollapse: "collapse",
    tableLayout: "fixed",
    [PHONE]: { display: "block" },
  },
  // On a phone a row's title stands above its eight circles.
  section: { [PHONE]: { display: "block" } },
  row: { [PHONE]: { display: "grid", gridTemplateColumns: "repeat(8, minmax(0, 1fr))" } },
  head: {
    padding: `${tokens.spacingVerticalS} 0`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    textAlign: "center",
    color: tokens.colorNeutralForeground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    [PHONE]: {
      fontSize: "10px",
      lineHeight: "12px",
      fontWeight: tokens.fontWeightRegular,
      display: "grid",
      placeItems: "end center",
    },
  },
  corner: { width: "26%", textAlign: "left", [PHONE]: { display: "none" } },
  kind: {
    textAlign: "left",
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalXS} 0`,
    overflowWrap: "anywhere",
    [PHONE]: { gridColumn: "1 / -1", paddingTop: tokens.spacingVerticalS, fontSize: tokens.fontSizeBase200 },
  },
  cell: { padding: 0, textAlign: "center", [PHONE]: { display: "grid", placeItems: "center" } },
  line: { borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
  button: {
    position: "relative",
    display: "inline-grid",
    placeItems: "center",
    width: "40px",
    height: "36px",
    padding: 0,
    cursor: "pointer",
    border: "1px solid transparent",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: "transparent",
    [PHONE]: { width: "100%", height: "40px" },
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-1px" },
  },
  changed: {
    backgroundColor: tokens.colorBrandBackground2,
    border: `1px solid ${tokens.colorBrandStroke1}`,
    ":hover": { backgroundColor: tokens.colorBrandBackground2Hover },
  },
});

interface RoleMatrixProps {
  role: FragmentType<typeof RoleMatrix_role>;
  draft: RoleDraft;
  onWish: (wish: PrivilegeLevel) => void;
}

/** Kinds by privileges; one tab stop, arrows move, a press turns to the next level, 0 to 4 choose one. */
export function RoleMatrix(props: RoleMatrixProps) {
  const styles = useStyles();
  const role = readFragment(RoleMatrix_role, props.role);
  const saved = savedLevels(role.privileges);
  const [at, setAt] = useState<GridPlace>({ row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);

  const shown = (key: string): AccessLevel => props.draft.get(key)?.level ?? saved.get(key) ?? "NONE";
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.altKey || event.metaKey) return;
    const level = event.ctrlKey ? null : levelOfKey(event.key);
    const kind = KINDS[at.row]?.kind;
    const privilege = PRIVILEGES[at.column];
    if (level && kind && privilege) {
      event.preventDefault();
      props.onWish({ kind, privilege, level });
      return;
    }
    const size = { rows: KINDS.length, columns: PRIVILEGES.length };
    const next = moveInGrid(at, event.key, event.ctrlKey, size);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.row}.${next.column}"]`)?.focus();
  };

  return (
    <table
      aria-label={`Privileges of ${role.name}`}
      className={styles.table}
      onKeyDown={onKeyDown}
      ref={table}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: worked with like a grid; HTML has no element for that.
      role="grid"
    >
      <thead className={styles.section}>
        <tr className={styles.row}>
          <th className={mergeClasses(styles.head, styles.corner)} scope="col">
            Records
          </th>
          {PRIVILEGES.map((privilege) => (
            <th className={styles.head} key={privilege} scope="col">
              {privilegeTitle(privilege)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className={styles.section}>
        {KINDS.map(({ kind, title }, row) => (
          <tr className={mergeClasses(styles.row, row > 0 && styles.line)} key={kind}>
            <th className={styles.kind} scope="row">
              {title}
            </th>
            {PRIVILEGES.map((privilege, column) => {
              const key = cellKey(kind, privilege);
              const level = shown(key);
              const before = saved.get(key) ?? "NONE";
              const changed = level !== before;
              const what = `${title}, ${privilegeTitle(privilege).toLowerCase()}: ${levelWords(level)}`;
              return (
                <td className={styles.cell} key={privilege}>
                  <button
                    aria-label={changed ? `${what}, was ${levelWords(before)}` : what}
                    className={mergeClasses(styles.button, changed && styles.changed)}
                    data-cell={`${row}.${column}`}
                    data-changed={changed}
                    data-level={level}
                    onClick={() => props.onWish({ kind, privilege, level: turnLevel(level) })}
                    onFocus={() => setAt({ row, column })}
                    tabIndex={at.row === row && at.column === column ? 0 : -1}
                    title={what}
                    type="button"
                  >
                    <LevelCircle level={level} />
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
