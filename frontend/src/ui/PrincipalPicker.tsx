import { Combobox, makeStyles, Option, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import type { PrincipalKind } from "../gql/graphql";
import { type PickedPrincipal, pickable } from "../lib/pickPrincipals";
import { principalKindTitle } from "../lib/principals";
import { useSettled } from "./useSettled";

const SearchPrincipalsQuery = graphql(`
  query SearchPrincipals($search: String, $kind: PrincipalKind) {
    principals(first: 20, search: $search, kind: $kind) {
      nodes {
        id
        name
        userName
        kind
      }
    }
  }
`);

const useStyles = makeStyles({
  picker: { minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  list: { maxHeight: "min(320px, 50dvh)" },
});

interface PrincipalPickerProps {
  label: string;
  placeholder?: string;
  className?: string;
  /** Only principals of this kind. */
  kind?: PrincipalKind;
  /** Shown until somebody types; null after each choice when choices are collected elsewhere. */
  picked: PickedPrincipal | null;
  /** Ids that are not offered. */
  taken?: readonly string[];
  /** For those who cannot search the directory: everybody on offer. */
  known?: readonly PickedPrincipal[];
  onPick: (principal: PickedPrincipal) => void;
}

/** Finds a person or a team by a part of the name. */
export function PrincipalPicker(props: PrincipalPickerProps) {
  const styles = useStyles();
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const text = typed ?? "";
  const search = useSettled(text.trim());
  const [{ data, error, fetching }] = useQuery({
    query: SearchPrincipalsQuery,
    variables: { search: search === "" ? undefined : search, kind: props.kind },
    pause: !open || props.known !== undefined,
  });
  const offered = pickable(props.known ?? data?.principals.nodes ?? [], props.known ? text : "", props.taken ?? []);

  return (
    <Combobox
      aria-label={props.label}
      className={props.className ?? styles.picker}
      freeform
      listbox={{ className: styles.list }}
      onBlur={() => setTyped(null)}
      onChange={(event) => setTyped(event.target.value)}
      onOpenChange={(_, { open: now }) => setOpen(now)}
      onOptionSelect={(_, { optionValue }) => {
        const principal = offered.find((one) => one.id === optionValue);
        setTyped(null);
        if (principal) props.onPick(principal);
      }}
      open={open}
      placeholder={props.placeholder ?? "Search by name"}
      selectedOptions={props.picked ? [props.picked.id] : []}
      value={typed ?? props.picked?.name ?? ""}
    >
      {offered.map((one) => (
        <Option key={one.id} text={one.name} value={one.id}>
          {one.name}
          <span className={styles.quiet}>{principalKindTitle(one.kind)}</span>
        </Option>
      ))}
      {offered.length === 0 && (
        <Option disabled text="" value="">
          {error ? "The directory could not be read" : fetching ? "Searching" : "Nobody fits"}
        </Option>
      )}
    </Combobox>
  );
}
