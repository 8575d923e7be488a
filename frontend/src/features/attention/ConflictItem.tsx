import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { ConflictChoice } from "../../gql/graphql";
import { kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { FieldValue } from "../../ui/FieldValue";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { AttentionItem } from "./AttentionItem";
import { OtherValueDialog } from "./OtherValueDialog";
import { useStartedRun } from "./useStartedRun";

const ConflictItem_conflict = graphql(`
  fragment ConflictItem_conflict on Conflict {
    id
    kind
    state
    reason
    choice
    foundAt
    resolvedAt
    revision
    subject
    crmValue
    outlookValue
    value
    viewerCanResolve
    mapping {
      id
      outlookLabel
      crmLabel
    }
    mailbox {
      id
      name
    }
    resolvedBy {
      id
      name
    }
    ...OtherValueDialog_conflict
  }
`);

const ConflictResolveMutation = graphql(`
  mutation ConflictResolve($input: ConflictResolveInput!) {
    conflictResolve(input: $input) {
      conflict {
        id
        ...ConflictItem_conflict
      }
      run {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

const DECIDED: Record<ConflictChoice, string> = {
  CRM: "CRM's value stays",
  OUTLOOK: "Outlook's value stays",
  VALUE: "Another value was entered",
};

const useStyles = makeStyles({
  sides: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)",
    gap: tokens.spacingHorizontalM,
    "@media (max-width: 640px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  side: {
    display: "flex",
    flexDirection: "column",
    alignItems: "flex-start",
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    minWidth: 0,
  },
  name: { color: tokens.colorNeutralForeground3 },
  value: { flexGrow: 1, minWidth: 0, maxWidth: "100%" },
  other: { alignSelf: "flex-start" },
});

interface ConflictItemProps {
  conflict: FragmentType<typeof ConflictItem_conflict>;
  /** It has moved on: what is shown is no longer what would be decided. */
  onStale: () => void;
}

/** A field that both sides changed: both values, and what becomes of it. */
export function ConflictItem(props: ConflictItemProps) {
  const styles = useStyles();
  const conflict = readFragment(ConflictItem_conflict, props.conflict);
  const [entering, setEntering] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, resolve] = useMutation(ConflictResolveMutation);
  const started = useStartedRun();
  const field = conflict.mapping?.outlookLabel ?? "A field that is no longer there";
  const name = `${field} of ${conflict.subject}`;

  const decide = async (choice: ConflictChoice, value?: string[]): Promise<string | null> => {
    const input = { conflictId: conflict.id, choice, value, expectedRevision: conflict.revision };
    const { data, error } = await resolve({ input });
    const refusal = data?.conflictResolve.errors[0];
    if (refusal?.code === "STALE_REVISION") props.onStale();
    if (error || refusal) return error ? errorMessage(error) : (refusal?.message ?? null);
    started(`${name}: decided`, data?.conflictResolve.run?.id);
    return null;
  };
  const keep = async (choice: ConflictChoice) => setProblem(await decide(choice));

  const side = (title: string, whose: ConflictChoice, value: readonly string[] | null | undefined) => (
    <div className={styles.side}>
      <Text className={styles.name} size={200} weight="semibold">
        {title}
      </Text>
      <div className={styles.value}>
        <FieldValue parts={value} />
      </div>
      {conflict.viewerCanResolve && (
        <Button
          aria-label={`Keep ${title}'s value: ${name}`}
          disabled={fetching}
          onClick={() => void keep(whose)}
          size="small"
        >
          Keep {title}'s value
        </Button>
      )}
    </div>
  );

  return (
    <AttentionItem
      badge={conflict.choice && <StateBadge tone="good">{DECIDED[conflict.choice]}</StateBadge>}
      facts={[
        kindTitle(conflict.kind),
        conflict.mailbox.name,
        <>
          found <Timestamp at={conflict.foundAt} since />
        </>,
        conflict.resolvedAt && (
          <>
            decided by {conflict.resolvedBy?.name ?? "somebody"} <Timestamp at={conflict.resolvedAt} since />
          </>
        ),
        conflict.reason,
      ]}
      label={name}
      problem={problem}
      title={name}
    >
      <div className={styles.sides}>
        {side("CRM", "CRM", conflict.crmValue)}
        {side("Outlook", "OUTLOOK", conflict.outlookValue)}
      </div>
      {conflict.value && (
        <div className={styles.side}>
          <Text className={styles.name} size={200} weight="semibold">
            Entered instead
          </Text>
          <FieldValue parts={conflict.value} />
        </div>
      )}
      {conflict.viewerCanResolve && (
        <Button
          aria-label={`Another value: ${name}`}
          className={styles.other}
          disabled={fetching}
          onClick={() => setEntering(true)}
          size="small"
        >
          Another value
        </Button>
      )}
      {conflict.state === "OPEN" && !conflict.viewerCanResolve && (
        <Text className={styles.name} size={200}>
          Somebody whose rights reach this field decides it.
        </Text>
      )}
      {entering && (
        <OtherValueDialog
          busy={fetching}
          conflict={conflict}
          onClose={() => setEntering(false)}
          onDecide={(value) => decide("VALUE", value)}
        />
      )}
    </AttentionItem>
  );
}
