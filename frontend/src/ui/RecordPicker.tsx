import { Combobox, makeStyles, Option } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import type { RecordKind } from "../gql/graphql";
import { useSettled } from "./useSettled";

// Filters are tried with a few of the records that match: one that asks for a name finds records of every kind.
const FindRecordsQuery = graphql(`
  query FindRecords($input: SyncFilterPreviewInput!) {
    syncFilterPreview(input: $input) {
      sample {
        recordId
        name
      }
    }
  }
`);

export interface PickedRecord {
  recordId: string;
  name: string;
}

const useStyles = makeStyles({
  picker: { minWidth: 0 },
  list: { maxHeight: "min(320px, 50dvh)" },
});

interface RecordPickerProps {
  label: string;
  kind: RecordKind;
  picked: PickedRecord | null;
  onPick: (record: PickedRecord) => void;
}

/** Finds a record that the viewer sees by a part of its name; without one, those changed last. */
export function RecordPicker(props: RecordPickerProps) {
  const styles = useStyles();
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const search = useSettled((typed ?? "").trim());
  const attribute = props.kind === "CONTACT" ? "fullname" : "subject";
  const rows = search === "" ? [] : [{ attribute, operator: "CONTAINS" as const, value: search }];
  const [{ data, error, fetching }] = useQuery({
    query: FindRecordsQuery,
    variables: { input: { kind: props.kind, definition: { joint: "ALL", rows, groups: [] }, isActive: false } },
    pause: !open,
  });
  const offered = data?.syncFilterPreview.sample ?? [];

  return (
    <Combobox
      aria-label={props.label}
      className={styles.picker}
      freeform
      listbox={{ className: styles.list }}
      onBlur={() => setTyped(null)}
      onChange={(event) => {
        setTyped(event.target.value);
        setOpen(true);
      }}
      onOpenChange={(_, { open: now }) => setOpen(now)}
      onOptionSelect={(_, { optionValue }) => {
        const record = offered.find((one) => one.recordId === optionValue);
        setTyped(null);
        if (record) props.onPick(record);
      }}
      open={open}
      placeholder="Search by name"
      selectedOptions={props.picked ? [props.picked.recordId] : []}
      value={typed ?? props.picked?.name ?? ""}
    >
      {offered.map((one) => (
        <Option key={one.recordId} text={one.name} value={one.recordId}>
          {one.name}
        </Option>
      ))}
      {offered.length === 0 && (
        <Option disabled text="" value="">
          {error ? "The records could not be searched" : fetching ? "Searching" : "No record that you see fits"}
        </Option>
      )}
    </Combobox>
  );
}
