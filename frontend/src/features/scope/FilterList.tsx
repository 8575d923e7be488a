import { Button, makeStyles, Switch, Text, tokens } from "@fluentui/react-components";
import { Delete20Regular, Edit20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { type FilterColumn, filterWords } from "../../lib/filterWords";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { DeleteDialog } from "../../ui/DeleteDialog";
import { StateBadge } from "../../ui/StateBadge";
import { FilterDialog } from "./FilterDialog";
import { FilterEffect } from "./FilterEffect";
import { SwitchDialog } from "./SwitchDialog";

const FilterList_filter = graphql(`
  fragment FilterList_filter on SyncFilter {
    id
    scope
    name
    isActive
    excludes
    revision
    viewerCanEdit
    unreadable
    templateId
    principal {
      id
      name
      userName
      kind
    }
    definition {
      joint
      rows {
        attribute
        operator
        value
      }
      groups {
        joint
        rows {
          attribute
          operator
          value
        }
        groups {
          joint
          rows {
            attribute
            operator
            value
          }
          groups {
            joint
            rows {
              attribute
              operator
              value
            }
          }
        }
      }
    }
  }
`);

const SyncFilterDeleteMutation = graphql(`
  mutation SyncFilterDelete($input: SyncFilterDeleteInput!) {
    syncFilterDelete(input: $input) {
      filterId
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ":last-child": { paddingBottom: 0 },
  },
  words: {
    display: "flex",
    flexDirection: "column",
    gap: "2px",
    flex: "1 1 300px",
    minWidth: 0,
    overflowWrap: "anywhere",
  },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  quiet: { color: tokens.colorNeutralForeground3 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  actions: { display: "flex", alignItems: "center", marginLeft: "auto" },
});

interface FilterListProps {
  filters: readonly FragmentType<typeof FilterList_filter>[];
  columns: readonly FilterColumn[];
  kind: RecordKind;
  me: PickedPrincipal;
  canAdminister: boolean;
  label: string;
  empty: string;
  onStale: () => void;
}

type Open = { what: "edit" | "delete" | "switch"; id: string };

/** Filters as sentences; those who may, switch, change and delete them here. */
export function FilterList(props: FilterListProps) {
  const styles = useStyles();
  const filters = readFragment(FilterList_filter, props.filters);
  const [open, setOpen] = useState<Open | null>(null);
  const [, remove] = useMutation(SyncFilterDeleteMutation);
  const close = () => setOpen(null);
  const chosen = open && filters.find((one) => one.id === open.id);
  const { columns, kind } = props;

  if (filters.length === 0) return <Text className={styles.quiet}>{props.empty}</Text>;
  return (
    <>
      <ul aria-label={props.label} className={styles.list}>
        {filters.map((one) => (
          <li className={styles.item} data-active={one.isActive} data-filter-id={one.id} key={one.id}>
            <div className={styles.words}>
              <span className={styles.title}>
                <Text weight="semibold">{one.name}</Text>
                {one.excludes && <StateBadge tone="warn">Excludes</StateBadge>}
                {!one.isActive && <StateBadge tone="quiet">Off</StateBadge>}
                {one.principal && one.principal.id !== props.me.id && (
                  <Text className={styles.quiet} size={200}>
                    {one.principal.name}
                  </Text>
                )}
              </span>
              <span>{filterWords(one.definition, columns, kind)}</span>
              {one.unreadable.length > 0 && (
                <Text className={styles.warning} size={200}>
                  Matches nothing: {one.unreadable.join(", ")} is withheld from its owner.
                </Text>
              )}
            </div>
            {one.viewerCanEdit && (
              <div className={styles.actions}>
                <Switch
                  aria-label={`${one.name} is active`}
                  checked={one.isActive}
                  onChange={() => setOpen({ what: "switch", id: one.id })}
                />
                <Button
                  appearance="subtle"
                  aria-label={`Edit ${one.name}`}
                  icon={<Edit20Regular />}
                  onClick={() => setOpen({ what: "edit", id: one.id })}
                />
                <Button
                  appearance="subtle"
                  aria-label={`Delete ${one.name}`}
                  icon={<Delete20Regular />}
                  onClick={() => setOpen({ what: "delete", id: one.id })}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      {chosen && open?.what === "edit" && (
        <FilterDialog
          canAdminister={props.canAdminister}
          columns={columns}
          filter={chosen}
          kind={kind}
          me={props.me}
          onClose={close}
          onStale={props.onStale}
          scope={chosen.scope}
        />
      )}
      {chosen && open?.what === "switch" && (
        <SwitchDialog filter={chosen} kind={kind} me={props.me} onClose={close} onStale={props.onStale} />
      )}
      {chosen && open?.what === "delete" && (
        <DeleteDialog
          name={chosen.name}
          onClose={close}
          onDeleted={() => undefined}
          onStale={props.onStale}
          run={async () => {
            const answer = await remove({ input: { filterId: chosen.id, expectedRevision: chosen.revision } });
            return { error: answer.error, refusals: answer.data?.syncFilterDelete.errors };
          }}
        >
          {chosen.scope === "TEMPLATE" ? (
            "The copies that people have of it stay. New mailboxes no longer get one."
          ) : (
            <FilterEffect filter={chosen} isActive={false} kind={kind} me={props.me} />
          )}
        </DeleteDialog>
      )}
    </>
  );
}
