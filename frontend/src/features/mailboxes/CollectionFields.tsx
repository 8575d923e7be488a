import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Select,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { Store } from "../../gql/graphql";
import { collectionsFor, type Found, knownTimeZones, type Places } from "../../lib/collections";
import type { FieldErrors } from "../../lib/fieldErrors";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";

const MailboxDiscoverMutation = graphql(`
  mutation MailboxDiscover($input: MailboxDiscoverInput!) {
    mailboxDiscover(input: $input) {
      collections {
        url
        name
        holds
      }
      addresses
      timeZone
      errors {
        code
        message
      }
    }
  }
`);

type Place = "contactsUrl" | "calendarUrl" | "tasksUrl";

const PLACES: readonly { name: Place; store: Store; label: string; hint: string }[] = [
  {
    name: "contactsUrl",
    store: "ADDRESS_BOOK",
    label: "Address book",
    hint: "The address of the CardDAV collection, or of the server to look for one.",
  },
  { name: "calendarUrl", store: "CALENDAR", label: "Calendar", hint: "For appointments. Empty: they do not sync." },
  {
    name: "tasksUrl",
    store: "TASK_LIST",
    label: "Task list",
    hint: "For tasks, phone calls, letters and faxes; may be the calendar.",
  },
];

const OTHER = "other";

const useStyles = makeStyles({
  group: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  find: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  quiet: { color: tokens.colorNeutralForeground3 },
  pair: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
});

interface CollectionFieldsProps {
  places: Places;
  signIn: { userName: string; password: string };
  errors: FieldErrors;
  /** User name and password stand between the address and what is found with them. */
  children: React.ReactNode;
  onChange: (part: Partial<Places>) => void;
  onFound: (found: Found) => void;
}

/** Where a mailbox keeps what: typed, or chosen among what a look at the server found. */
export function CollectionFields(props: CollectionFieldsProps) {
  const styles = useStyles();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, discover] = useMutation(MailboxDiscoverMutation);
  const { places, signIn, errors } = props;
  const ready = places.contactsUrl.trim() !== "" && signIn.userName.trim() !== "" && signIn.password !== "";

  const look = async () => {
    setProblem(null);
    const input = { url: places.contactsUrl.trim(), userName: signIn.userName.trim(), password: signIn.password };
    const { data, error } = await discover({ input });
    const answer = data?.mailboxDiscover;
    const refusal = error ? errorMessage(error) : answer?.errors[0]?.message;
    if (refusal || !answer) setProblem(refusal ?? "The server gave no reason.");
    else {
      setFound(answer);
      props.onFound(answer);
    }
  };

  const [book, ...others] = PLACES.map((place) => (
    <PlaceField
      error={errors.fields[place.name]}
      found={found ? collectionsFor(found, place.store) : []}
      hint={place.hint}
      key={place.name}
      label={place.label}
      name={place.name}
      onChange={(url) => props.onChange({ [place.name]: url })}
      value={places[place.name]}
    />
  ));

  return (
    <div className={styles.group}>
      {book}
      {props.children}
      <div className={styles.find}>
        <Button disabled={!ready || fetching} onClick={() => void look()}>
          Find collections
        </Button>
        <Text className={styles.quiet} role="status" size={200}>
          {fetching
            ? "Looking at the server"
            : found
              ? `${countOf(found.collections.length, "collection")} found`
              : "Lists what the server has, with the address, user name and password above."}
        </Text>
      </div>
      {problem && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      {others}
      <Field
        hint="Where times without a zone are read. Empty: as the server says."
        label="Time zone"
        validationMessage={errors.fields.timeZone}
      >
        <Input
          autoComplete="off"
          list="known-time-zones"
          onChange={(_, data) => props.onChange({ timeZone: data.value })}
          placeholder="Europe/Vienna"
          value={places.timeZone}
        />
      </Field>
      <datalist id="known-time-zones">
        {knownTimeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field
        hint="The owner's, with commas between them. They tell whose meeting it is. Empty: as the server says."
        label="Own mail addresses"
        validationMessage={errors.fields.addresses}
      >
        <Input
          autoComplete="off"
          onChange={(_, data) => props.onChange({ addresses: data.value })}
          value={places.addresses}
        />
      </Field>
    </div>
  );
}

interface PlaceFieldProps {
  name: Place;
  label: string;
  hint: string;
  value: string;
  error: string | undefined;
  found: Found["collections"];
  onChange: (url: string) => void;
}

function PlaceField(props: PlaceFieldProps) {
  const styles = useStyles();
  const [typing, setTyping] = useState(false);
  const required = props.name === "contactsUrl";
  const choosing = props.found.length > 0;
  const listed = props.found.some((one) => one.url === props.value);
  const other = choosing && (typing || (!listed && props.value !== ""));

  const address = (
    <Field
      hint={choosing ? undefined : props.hint}
      label={`${props.label} URL`}
      required={required}
      validationMessage={choosing && !other ? undefined : props.error}
    >
      <Input
        autoComplete="off"
        name={props.name}
        onChange={(_, data) => props.onChange(data.value)}
        type="url"
        value={props.value}
      />
    </Field>
  );
  if (!choosing) return address;
  return (
    <div className={styles.pair}>
      <Field
        hint={props.hint}
        label={props.label}
        required={required}
        validationMessage={other ? undefined : props.error}
      >
        <Select
          onChange={(_, data) => {
            setTyping(data.value === OTHER);
            if (data.value !== OTHER) props.onChange(data.value);
          }}
          value={other ? OTHER : props.value}
        >
          {(!required || props.value === "") && <option value="">{required ? "" : "Not synchronized"}</option>}
          {props.found.map((one) => (
            <option key={one.url} value={one.url}>
              {one.name || one.url}
            </option>
          ))}
          <option value={OTHER}>Another address</option>
        </Select>
      </Field>
      {other && address}
    </div>
  );
}
