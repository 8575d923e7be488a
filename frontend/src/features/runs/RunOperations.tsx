import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { OperationAction, RunMode } from "../../gql/graphql";
import { countOf, formatNumber } from "../../lib/format";
import { actionWords, mailedWords, OPERATION_STATE_WORDS } from "../../lib/runWords";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { StateBadge } from "../../ui/StateBadge";
import { UndoDialog } from "../../ui/UndoDialog";

const RunOperationsQuery = graphql(`
  query RunOperations($id: ID!, $first: Int!) {
    run(id: $id) {
      id
      operations(first: $first) {
        totalCount
        pageInfo {
          hasNextPage
        }
        nodes {
          id
          ...OperationRow_operation
        }
      }
    }
  }
`);

const OperationRow_operation = graphql(`
  fragment OperationRow_operation on Operation {
    id
    action
    state
    subject
    message
    mailed
    recordId
    mappings {
      id
      outlookLabel
    }
  }
`);

const useStyles = makeStyles({
  card: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  head: { display: "flex", alignItems: "baseline", gap: tokens.spacingHorizontalM, padding: "16px 20px 8px" },
  quiet: { color: tokens.colorNeutralForeground3 },
  empty: { padding: "0 20px 20px", margin: 0, color: tokens.colorNeutralForeground3 },
  table: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed" },
  th: {
    textAlign: "left",
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
    padding: "6px 12px 6px 20px",
    "@media (max-width: 640px)": { display: "none" },
  },
  narrow: { width: "150px" },
  undo: { minWidth: "auto", paddingInline: tokens.spacingHorizontalS },
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    "@media (max-width: 640px)": {
      display: "grid",
      // A long name must leave room for the fields beside it.
      gridTemplateColumns: "minmax(0, 1fr) fit-content(50%)",
      columnGap: tokens.spacingHorizontalM,
      padding: "8px 12px",
    },
  },
  td: {
    padding: "8px 12px 8px 20px",
    verticalAlign: "top",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    "@media (max-width: 640px)": { padding: "1px 0" },
  },
  wrap: { whiteSpace: "normal", overflowWrap: "anywhere" },
  message: { display: "block", color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  state: { "@media (max-width: 640px)": { textAlign: "right" } },
  more: { display: "flex", justifyContent: "center", padding: tokens.spacingVerticalM },
});

const STEP = 50;

interface RunOperationsProps {
  runId: string;
  mode: RunMode;
  active: boolean;
  canUndo: boolean;
}

interface Undone {
  recordId: string;
  subject: string;
}

export function RunOperations(props: RunOperationsProps) {
  const styles = useStyles();
  const [undoing, setUndoing] = useState<Undone | null>(null);
  const [first, setFirst] = useState(STEP);
  const [{ data, error, fetching }, refetch] = useQuery({
    query: RunOperationsQuery,
    variables: { id: props.runId, first },
    requestPolicy: "cache-and-network",
  });
  const operations = data?.run?.operations;
  const title = props.mode === "PREVIEW" ? "What it would do" : "Operations";

  return (
    <section aria-label={title} className={styles.card}>
      <div className={styles.head}>
        <Text as="h2" size={400} weight="semibold">
          {title}
        </Text>
        {operations && (
          <Text className={styles.quiet} size={200}>
            {formatNumber(operations.totalCount)}
          </Text>
        )}
      </div>
      {!operations ? (
        <div style={{ padding: "0 20px 20px" }}>
          {error ? (
            <ErrorState
              message={errorMessage(error)}
              onRetry={() => refetch({ requestPolicy: "network-only" })}
              title="The operations could not be loaded"
            />
          ) : (
            <LoadingRows label="Loading the operations" rows={4} />
          )}
        </div>
      ) : operations.nodes.length === 0 ? (
        <p className={styles.empty}>
          {props.active
            ? "Nothing yet: the run is still at work."
            : props.mode === "PREVIEW"
              ? "This run would write nothing."
              : "This run wrote nothing."}
        </p>
      ) : (
        <table aria-label={title} className={styles.table}>
          <thead>
            <tr>
              <th className={styles.th} scope="col">
                Action
              </th>
              <th className={styles.th} scope="col">
                Name
              </th>
              <th className={styles.th} scope="col">
                Fields
              </th>
              <th className={mergeClasses(styles.th, styles.narrow)} scope="col">
                State
              </th>
            </tr>
          </thead>
          <tbody>
            {operations.nodes.map((operation) => (
              <OperationRow
                key={operation.id}
                mode={props.mode}
                onUndo={props.canUndo ? setUndoing : undefined}
                operation={operation}
              />
            ))}
          </tbody>
        </table>
      )}
      {operations?.pageInfo.hasNextPage && (
        <div className={styles.more}>
          <LoadMore
            busy={fetching}
            first={first}
            hasMore
            left={countOf(operations.totalCount - operations.nodes.length, "operation")}
            onMore={setFirst}
            step={STEP}
          />
        </div>
      )}
      {undoing && (
        <UndoDialog
          fields={fieldsOf(undoing.recordId, operations?.nodes ?? [])}
          of={{ runId: props.runId, recordId: undoing.recordId }}
          onClose={() => setUndoing(null)}
          title={`Undo what this sync did with ${undoing.subject}`}
        />
      )}
    </section>
  );
}

/** What can be put back; linking writes nothing. */
const WRITES: ReadonlySet<OperationAction> = new Set([
  "CREATE_ITEM",
  "UPDATE_ITEM",
  "DELETE_ITEM",
  "CREATE_RECORD",
  "UPDATE_RECORD",
]);

const TONES = {
  PLANNED: "quiet",
  INTENDED: "busy",
  APPLIED: "good",
  SKIPPED: "quiet",
  HELD: "warn",
  CONFLICT: "warn",
  FAILED: "bad",
} as const;

/** What may be chosen of all that was done with a record: fields, unless it was made or deleted as a whole. */
function fieldsOf(recordId: string, nodes: readonly FragmentType<typeof OperationRow_operation>[]) {
  const written = readFragment(OperationRow_operation, nodes).filter(
    (operation) => operation.recordId === recordId && WRITES.has(operation.action),
  );
  if (!written.every((operation) => operation.action.startsWith("UPDATE"))) return [];
  const labels = new Map(written.flatMap(({ mappings }) => mappings.map((one) => [one.id, one.outlookLabel])));
  return [...labels].map(([id, label]) => ({ id, label }));
}

interface OperationRowProps {
  operation: FragmentType<typeof OperationRow_operation>;
  mode: RunMode;
  onUndo?: (what: Undone) => void;
}

function OperationRow(props: OperationRowProps) {
  const styles = useStyles();
  const operation = readFragment(OperationRow_operation, props.operation);
  const fields = operation.mappings.map((mapping) => mapping.outlookLabel).join(", ");
  const { onUndo } = props;
  const recordId = operation.state === "APPLIED" && WRITES.has(operation.action) ? operation.recordId : null;
  return (
    <tr className={styles.row}>
      <td className={styles.td}>{actionWords(operation.action, props.mode)}</td>
      <td className={mergeClasses(styles.td, styles.state)} title={operation.subject}>
        {operation.subject}
      </td>
      <td className={mergeClasses(styles.td, styles.wrap)}>
        {fields}
        {operation.mailed.length > 0 && (
          <span className={styles.message}>{mailedWords(operation.mailed, props.mode)}</span>
        )}
        {operation.message && <span className={styles.message}>{operation.message}</span>}
      </td>
      <td className={mergeClasses(styles.td, styles.state)}>
        <StateBadge tone={TONES[operation.state]}>{OPERATION_STATE_WORDS[operation.state]}</StateBadge>
        {onUndo && recordId && (
          <Button
            appearance="transparent"
            aria-label={`Undo ${operation.subject}`}
            className={styles.undo}
            onClick={() => onUndo({ recordId, subject: operation.subject })}
            size="small"
          >
            Undo
          </Button>
        )}
      </td>
    </tr>
  );
}
