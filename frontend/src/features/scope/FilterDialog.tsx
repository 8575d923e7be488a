import { Checkbox, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { FilterScope, RecordKind } from "../../gql/graphql";
import { draftOf, firstRow, inputOf, unfinished } from "../../lib/filterDraft";
import { type FilterColumn, filterWords } from "../../lib/filterWords";
import { kindTitle } from "../../lib/kinds";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { FormDialog } from "../../ui/FormDialog";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";
import { useSettled } from "../../ui/useSettled";
import type { StoredFilter } from "./FilterEffect";
import { FilterPreview } from "./FilterPreview";
import { GroupEditor } from "./GroupEditor";

const SyncFilterCreateMutation = graphql(`
  mutation SyncFilterCreate($input: SyncFilterCreateInput!) {
    syncFilterCreate(input: $input) {
      filter {
        id
        ...FilterList_filter
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const SyncFilterUpdateMutation = graphql(`
  mutation SyncFilterUpdate($input: SyncFilterUpdateInput!) {
    syncFilterUpdate(input: $input) {
      filter {
        id
        ...FilterList_filter
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const TITLES: Record<FilterScope, string> = {
  USER: "New filter",
  ORGANIZATION: "New filter of the organization",
  TEMPLATE: "New template",
};

const useStyles = makeStyles({
  person: { maxWidth: "360px" },
  control: { minWidth: 0, width: "100%" },
  words: { overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface FilterDialogProps {
  /** Null to make one. */
  filter: StoredFilter | null;
  scope: FilterScope;
  kind: RecordKind;
  columns: readonly FilterColumn[];
  me: PickedPrincipal;
  canAdminister: boolean;
  onClose: () => void;
  onStale: () => void;
}

/** Builds a filter and counts what it would do while it is built. */
export function FilterDialog(props: FilterDialogProps) {
  const styles = useStyles();
  const { filter, scope, kind, columns, me } = props;
  const [name, setName] = useState(filter?.name ?? "");
  const [excludes, setExcludes] = useState(filter?.excludes ?? false);
  const [draft, setDraft] = useState(() =>
    filter ? draftOf(filter.definition) : { key: 0, joint: "ALL" as const, rows: [firstRow(columns, 1)], groups: [] },
  );
  const [person, setPerson] = useState<PickedPrincipal>(filter?.principal ?? me);
  const [{ fetching: creating }, create] = useMutation(SyncFilterCreateMutation);
  const [{ fetching: updating }, update] = useMutation(SyncFilterUpdateMutation);
  const { errors, accepted, missing } = useRefusals(["name"]);
  const notify = useNotify();

  const why = unfinished(draft);
  const definition = useMemo(() => inputOf(draft), [draft]);
  const current = useMemo(
    () => ({ kind, definition, excludes, principalId: person.id, filterId: filter?.id }),
    [kind, definition, excludes, person, filter],
  );
  // Counting costs the server a look at every record: it waits until the typing pauses.
  const asked = useSettled(why === null ? current : null, 400);

  const submit = async () => {
    const given = name.trim();
    if (given === "") {
      missing("name");
      return;
    }
    const parts = { name: given, definition, excludes };
    if (filter) {
      const input = { ...parts, filterId: filter.id, expectedRevision: filter.revision };
      const { data, error } = await update({ input });
      const refusals = data?.syncFilterUpdate.errors;
      if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
      if (!accepted(error, refusals)) return;
    } else {
      const input = { ...parts, kind, scope, principalId: scope === "USER" ? person.id : undefined, isActive: true };
      const { data, error } = await create({ input });
      if (!accepted(error, data?.syncFilterCreate.errors)) return;
    }
    notify({ intent: "success", title: `${given} was saved`, body: "It counts from the next run of each mailbox on." });
    props.onClose();
  };

  const picker = scope === "USER" ? "For" : "Count for";
  return (
    <FormDialog
      busy={creating || updating || why !== null}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Save"
      title={filter ? `Edit ${filter.name}` : TITLES[scope]}
      wide
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input maxLength={100} onChange={(_, data) => setName(data.value)} value={name} />
      </Field>
      {props.canAdminister && !(scope === "USER" && filter) && (
        <Field
          className={styles.person}
          hint={scope === "USER" ? undefined : "It holds for everybody; the numbers below are this person's."}
          label={picker}
        >
          <PrincipalPicker className={styles.control} kind="USER" label={picker} onPick={setPerson} picked={person} />
        </Field>
      )}
      <GroupEditor columns={columns} depth={1} group={draft} kind={kind} onChange={setDraft} place="" root={draft} />
      <Checkbox
        checked={excludes}
        label="Excludes: takes these records away, whatever other filters say"
        onChange={(_, data) => setExcludes(data.checked === true)}
      />
      <Text className={styles.words}>
        <span className={styles.quiet}>
          {kindTitle(kind)} that {excludes ? "stay out" : "go out"}:
        </span>{" "}
        {filterWords(draft, columns, kind)}
      </Text>
      <FilterPreview
        input={why === null ? asked : null}
        person={person.id === me.id ? null : person.name}
        why={why ?? "Counting"}
      />
    </FormDialog>
  );
}
