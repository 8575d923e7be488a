import { Combobox, Field, makeStyles, Option, Tag, TagGroup, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { PrincipalKind } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { principalKindTitle } from "../../lib/principals";
import { useSettled } from "../../ui/useSettled";

const PrincipalPickerQuery = graphql(`
  query PrincipalPicker($search: String, $kind: PrincipalKind) {
    principals(first: 20, search: $search, kind: $kind) {
      totalCount
      nodes {
        id
        name
        userName
        kind
      }
    }
  }
`);

export interface PickedPrincipal {
  id: string;
  name: string;
}

const useStyles = makeStyles({
  chosen: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalXS,
    maxHeight: "160px",
    overflowY: "auto",
    marginTop: tokens.spacingVerticalS,
  },
  tag: { maxWidth: "100%", "& span": { overflow: "hidden", textOverflow: "ellipsis" } },
  quiet: { color: tokens.colorNeutralForeground3 },
  input: { minWidth: 0, width: "100%" },
  list: { maxHeight: "240px" },
});

interface PrincipalPickerProps {
  label: string;
  hint?: string;
  error?: string;
  /** Only principals of this kind; all when omitted. */
  kind?: PrincipalKind;
  /** Who may not be chosen, such as oneself for one's manager. */
  except?: string;
  /** At most one. */
  single?: boolean;
  chosen: readonly PickedPrincipal[];
  onChange: (chosen: PickedPrincipal[]) => void;
}

/** Finds users and teams by what is typed and gathers them as tags that can be taken away. */
export function PrincipalPicker(props: PrincipalPickerProps) {
  const styles = useStyles();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const search = useSettled(typed.trim());
  const [{ data, fetching }] = useQuery({
    query: PrincipalPickerQuery,
    variables: { search: search === "" ? null : search, kind: props.kind ?? null },
    pause: !open,
  });
  const taken = new Set(props.chosen.map((one) => one.id));
  const found = data?.principals.nodes.filter((one) => !taken.has(one.id) && one.id !== props.except) ?? [];
  const rest = (data?.principals.totalCount ?? 0) - (data?.principals.nodes.length ?? 0);

  const choose = (id: string | undefined) => {
    const one = found.find((candidate) => candidate.id === id);
    if (!one) return;
    props.onChange(props.single ? [one] : [...props.chosen, one]);
    setTyped("");
  };

  return (
    <div>
      <Field hint={props.hint} label={props.label} validationMessage={props.error}>
        <Combobox
          autoComplete="off"
          className={styles.input}
          freeform
          listbox={{ className: styles.list }}
          onChange={(event) => setTyped(event.target.value)}
          onOpenChange={(_, change) => setOpen(change.open)}
          onOptionSelect={(_, change) => choose(change.optionValue)}
          open={open}
          placeholder="Search by name"
          selectedOptions={[]}
          value={typed}
        >
          {found.map((one) => (
            <Option key={one.id} text={one.name} value={one.id}>
              <span>
                {one.name}{" "}
                <span className={styles.quiet}>{one.userName ?? principalKindTitle(one.kind).toLowerCase()}</span>
              </span>
            </Option>
          ))}
          {found.length === 0 && (
            <Option disabled key="none" text="">
              {fetching ? "Searching …" : "Nobody fits."}
            </Option>
          )}
          {rest > 0 && (
            <Option disabled key="more" text="">
              {formatNumber(rest)} more; type to narrow the search.
            </Option>
          )}
        </Combobox>
      </Field>
      {props.chosen.length > 0 && (
        <TagGroup
          aria-label={`Chosen: ${props.label}`}
          className={styles.chosen}
          onDismiss={(_, change) => props.onChange(props.chosen.filter((one) => one.id !== change.value))}
        >
          {props.chosen.map((one) => (
            <Tag
              className={styles.tag}
              dismissIcon={{ "aria-label": `Take away ${one.name}` }}
              dismissible
              key={one.id}
              size="small"
              title={one.name}
              value={one.id}
            >
              {one.name}
            </Tag>
          ))}
        </TagGroup>
      )}
    </div>
  );
}
