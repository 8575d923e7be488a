import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Add20Regular, Delete20Regular, Edit20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { unitTree } from "../../lib/unitTree";
import { DeleteDialog } from "../../ui/DeleteDialog";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { CreateUnitDialog, EditUnitDialog } from "./UnitDialogs";

const UnitsTabQuery = graphql(`
  query UnitsTab {
    businessUnits(first: 1000) {
      nodes {
        id
        name
        parent {
          id
        }
        principalCount
        revision
        ...UnitSelect_unit
        ...UnitDialogs_unit
      }
    }
  }
`);

const BusinessUnitDeleteMutation = graphql(`
  mutation BusinessUnitDelete($input: BusinessUnitDeleteInput!) {
    businessUnitDelete(input: $input) {
      businessUnitId
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  row: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ":first-child": { borderTop: "none" },
  },
  words: { display: "flex", flexDirection: "column", minWidth: 0, flexGrow: 1, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  actions: { display: "flex", flexShrink: 0 },
});

/** A deep tree must not push its names off a phone. */
const INDENT = "min(24px, 4vw)";

type Open = { what: "create" | "edit" | "delete"; id: string };

export function UnitsTab() {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({ query: UnitsTabQuery });
  const data = useKept(latest);
  const [open, setOpen] = useState<Open | null>(null);
  const [, remove] = useMutation(BusinessUnitDeleteMutation);
  const reload = () => refetch({ requestPolicy: "network-only" });
  const close = () => setOpen(null);

  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The business units could not be loaded" />
    ) : (
      <LoadingRows height={44} label="Loading the business units" />
    );
  }
  const units = data.businessUnits.nodes;
  const chosen = units.find((one) => one.id === open?.id);
  return (
    <>
      <div className={styles.frame}>
        <ul aria-label="Business units" className={styles.list}>
          {unitTree(units).map(({ unit, depth }) => (
            <li className={styles.row} data-depth={depth} key={unit.id}>
              <span className={styles.words} style={{ paddingLeft: `calc(${depth} * ${INDENT})` }}>
                <Text weight={depth === 0 ? "semibold" : "regular"}>{unit.name}</Text>
                <Text className={styles.quiet} size={200}>
                  {countOf(unit.principalCount, "user or team", "users and teams")}
                </Text>
              </span>
              <span className={styles.actions}>
                <Button
                  appearance="subtle"
                  aria-label={`New unit below ${unit.name}`}
                  icon={<Add20Regular />}
                  onClick={() => setOpen({ what: "create", id: unit.id })}
                  title="New unit below"
                />
                <Button
                  appearance="subtle"
                  aria-label={`Edit ${unit.name}`}
                  icon={<Edit20Regular />}
                  onClick={() => setOpen({ what: "edit", id: unit.id })}
                  title="Rename or move"
                />
                <Button
                  appearance="subtle"
                  aria-label={`Delete ${unit.name}`}
                  disabled={depth === 0}
                  icon={<Delete20Regular />}
                  onClick={() => setOpen({ what: "delete", id: unit.id })}
                  title={depth === 0 ? "The root stays" : "Delete"}
                />
              </span>
            </li>
          ))}
        </ul>
      </div>
      {chosen && open?.what === "create" && <CreateUnitDialog onClose={close} parentId={chosen.id} units={units} />}
      {chosen && open?.what === "edit" && (
        <EditUnitDialog onClose={close} onStale={reload} unit={chosen} units={units} />
      )}
      {chosen && open?.what === "delete" && (
        <DeleteDialog
          name={chosen.name}
          onClose={close}
          onDeleted={reload}
          onStale={reload}
          run={async () => {
            const input = { businessUnitId: chosen.id, expectedRevision: chosen.revision };
            const answer = await remove({ input });
            return { error: answer.error, refusals: answer.data?.businessUnitDelete.errors };
          }}
        >
          A unit can be deleted once it holds no users, no teams and no units.
        </DeleteDialog>
      )}
    </>
  );
}
