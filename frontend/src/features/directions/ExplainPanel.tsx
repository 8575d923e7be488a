import { Combobox, Field, makeStyles, Option, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircle20Regular, DismissCircle20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ExplainPanelQuery as ExplainPanelData } from "../../gql/graphql";
import { directionTitle, directionWords } from "../../lib/directions";
import { forWhom, stageTitle } from "../../lib/effective";
import { type FlowWalk, walks } from "../../lib/explain";
import { errorMessage } from "../../lib/serverErrors";
import { DirectionInWords } from "../../ui/DirectionArrow";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { SidePanel } from "../../ui/SidePanel";
import { useSettled } from "../../ui/useSettled";

const ExplainPanelQuery = graphql(`
  query ExplainPanel($principalId: ID!, $mappingId: ID!, $recordId: ID) {
    explain(principalId: $principalId, mappingId: $mappingId, recordId: $recordId) {
      mapping {
        id
        kind
        outlookLabel
        crmLabel
      }
      principal {
        id
        name
      }
      configured
      effective {
        direction
        directionForNew
      }
      checks {
        stage
        flow
        passed
        rule
        remedy
      }
    }
  }
`);

const ExplainContactsQuery = graphql(`
  query ExplainContacts($filter: ContactFilter) {
    contacts(first: 12, filter: $filter, orderBy: { field: FULL_NAME }) {
      nodes {
        id
        fullName
        parentCustomer
      }
    }
  }
`);

type Check = ExplainPanelData["explain"]["checks"][number];

const useStyles = makeStyles({
  facts: {
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr)",
    gap: "6px 16px",
    margin: 0,
    alignItems: "center",
  },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0 },
  flow: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  head: { display: "flex", justifyContent: "space-between", gap: tokens.spacingHorizontalM, flexWrap: "wrap" },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  check: {
    display: "grid",
    gridTemplateColumns: "20px minmax(0, 1fr)",
    columnGap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ":first-child": { borderTop: "none" },
  },
  words: { display: "flex", flexDirection: "column", gap: "2px", overflowWrap: "anywhere" },
  good: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface ExplainPanelProps {
  mappingId: string;
  principalId: string;
  /** Whose direction is explained; null for the viewer's own. */
  person: string | null;
  canAdminister: boolean;
  onClose: () => void;
}

/** The walk of one field through all the rules, for one person and, if asked, one contact. */
export function ExplainPanel(props: ExplainPanelProps) {
  const styles = useStyles();
  const [record, setRecord] = useState<{ id: string; name: string } | null>(null);
  const [{ data, error }, refetch] = useQuery({
    query: ExplainPanelQuery,
    variables: { principalId: props.principalId, mappingId: props.mappingId, recordId: record?.id },
  });
  const explanation = data?.explain;
  const who = forWhom(props.person);
  const title = explanation ? `Why? ${explanation.mapping.outlookLabel}` : "Why?";

  return (
    <SidePanel onClose={props.onClose} title={title}>
      {explanation ? (
        <>
          <dl className={styles.facts}>
            <dt className={styles.term}>Set to</dt>
            <dd className={styles.value}>
              <DirectionInWords direction={explanation.configured} />
            </dd>
            <dt className={styles.term}>For {who}</dt>
            <dd className={styles.value}>
              <DirectionInWords direction={explanation.effective.direction} />
            </dd>
            {explanation.effective.directionForNew !== explanation.effective.direction && (
              <>
                <dt className={styles.term}>For a new contact</dt>
                <dd className={styles.value}>
                  <DirectionInWords direction={explanation.effective.directionForNew} />
                </dd>
              </>
            )}
          </dl>
          {props.canAdminister && explanation.mapping.kind === "CONTACT" && (
            <RecordPicker onPick={setRecord} record={record} />
          )}
          {walks(explanation.checks).map((walk) => (
            <Walk key={walk.flow} walk={walk} />
          ))}
        </>
      ) : error ? (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => refetch({ requestPolicy: "network-only" })}
          title="The reasoning could not be loaded"
        />
      ) : (
        <LoadingRows height={48} label="Loading the reasoning" rows={5} />
      )}
    </SidePanel>
  );
}

function Walk({ walk }: { walk: FlowWalk<Check> }) {
  const styles = useStyles();
  const title = directionTitle(walk.flow);
  return (
    <section aria-label={title} className={styles.flow}>
      <div className={styles.head}>
        <Text as="h2" size={400} weight="semibold">
          {title}
        </Text>
        <Text className={walk.flows ? styles.good : styles.bad}>{walk.flows ? "Flows" : "Does not flow"}</Text>
      </div>
      <ol aria-label={`Checks of ${directionWords(walk.flow)}`} className={styles.list}>
        {walk.checks.map((check) => (
          <li className={styles.check} data-passed={check.passed} key={`${check.stage} ${check.rule}`}>
            {check.passed ? (
              <CheckmarkCircle20Regular aria-label="Passed" className={styles.good} />
            ) : (
              <DismissCircle20Regular aria-label="Not passed" className={styles.bad} />
            )}
            <div className={styles.words}>
              <Text weight={check.passed ? "regular" : "semibold"}>{stageTitle(check.stage)}</Text>
              <Text className={check.passed ? styles.quiet : undefined} size={200}>
                {check.rule}
              </Text>
              {check.remedy && <Text size={200}>What to do: {check.remedy}</Text>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface RecordPickerProps {
  record: { id: string; name: string } | null;
  onPick: (record: { id: string; name: string } | null) => void;
}

function RecordPicker(props: RecordPickerProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const search = useSettled((typed ?? "").trim());
  const [{ data, fetching }] = useQuery({
    query: ExplainContactsQuery,
    variables: { filter: search === "" ? undefined : { fullName: { contains: search } } },
    pause: !open,
  });
  const contacts = data?.contacts.nodes ?? [];
  return (
    <Field hint="Ownership, sharing and grants count for one contact alone." label="For one contact (optional)">
      <Combobox
        clearable
        freeform
        onBlur={() => setTyped(null)}
        onChange={(event) => setTyped(event.target.value)}
        onOpenChange={(_, { open: now }) => setOpen(now)}
        onOptionSelect={(_, { optionValue, optionText }) => {
          setTyped(null);
          props.onPick(optionValue ? { id: optionValue, name: optionText ?? "" } : null);
        }}
        open={open}
        placeholder="Any contact"
        selectedOptions={props.record ? [props.record.id] : []}
        value={typed ?? props.record?.name ?? ""}
      >
        {contacts.map((contact) => (
          <Option key={contact.id} text={contact.fullName ?? "No name"} value={contact.id}>
            {[contact.fullName ?? "No name", contact.parentCustomer].filter(Boolean).join(", ")}
          </Option>
        ))}
        {contacts.length === 0 && (
          <Option disabled text="" value="">
            {fetching ? "Searching" : "No contact fits"}
          </Option>
        )}
      </Combobox>
    </Field>
  );
}
