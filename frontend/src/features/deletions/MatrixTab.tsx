import { Field, MessageBar, MessageBarBody, makeStyles, Select } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import type { DeletionOutcome, RecordKind } from "../../gql/graphql";
import { CAUSES, causeLead, causeTitle } from "../../lib/deletionWords";
import { KINDS, kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { deletionsPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { HintProvider } from "../../ui/Hint";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { SaveBar } from "../../ui/SaveBar";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { useNotify } from "../../ui/useNotify";
import { SHIPPED } from "./MatrixCell";
import { MatrixTable } from "./MatrixTable";

const MatrixTabQuery = graphql(`
  query MatrixTab {
    viewer {
      canAdminister
    }
    deletionMatrix {
      revision
      cells {
        key
        kind
        cause
        ...MatrixTable_cell
      }
    }
  }
`);

const DeletionRulesSetMutation = graphql(`
  mutation DeletionRulesSet($input: DeletionRulesSetInput!) {
    deletionRulesSet(input: $input) {
      deletionMatrix {
        revision
        cells {
          key
          ...MatrixTable_cell
        }
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  kind: { maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
});

/** The cells of one kind; what is chosen for any kind is saved together. */
export function MatrixTab(props: { kind: RecordKind }) {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({ query: MatrixTabQuery });
  const data = useKept(latest);
  const [draft, setDraft] = useState<ReadonlyMap<string, DeletionOutcome | null>>(new Map());
  const [stale, setStale] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, save] = useMutation(DeletionRulesSetMutation);
  const notify = useNotify();
  const reload = () => refetch({ requestPolicy: "network-only" });

  const dirty = draft.size > 0;
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);

  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The matrix could not be loaded" />
    ) : (
      <LoadingRows label="Loading the matrix" />
    );
  }

  const choose = (key: string, outcome: DeletionOutcome | null | undefined) =>
    setDraft((was) => {
      const next = new Map(was);
      if (outcome === undefined) next.delete(key);
      else next.set(key, outcome);
      return next;
    });
  const submit = async () => {
    const changes = [...draft].map(([cell, outcome]) => ({ cell, outcome }));
    const { data: answer, error: failed } = await save({
      input: { changes, expectedRevision: data.deletionMatrix.revision },
    });
    const refusal = answer?.deletionRulesSet.errors[0];
    setStale(refusal?.code === "STALE_REVISION");
    setProblem(failed ? errorMessage(failed) : refusal?.code === "STALE_REVISION" ? null : (refusal?.message ?? null));
    if (failed || refusal) return;
    setDraft(new Map());
    notify({
      intent: "success",
      title: "The matrix was saved",
      body: "It counts from the next run of each mailbox on.",
    });
  };

  const { canAdminister } = data.viewer;
  const ofKind = data.deletionMatrix.cells.filter((one) => one.kind === props.kind);
  return (
    <HintProvider>
      {!canAdminister && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>You can see these settings; only an administrator changes them.</MessageBarBody>
        </MessageBar>
      )}
      <Field className={styles.kind} label="Kind">
        <Select
          onChange={(_, change) => navigate(deletionsPath("matrix", change.value as RecordKind))}
          value={props.kind}
        >
          {KINDS.map(({ kind }) => (
            <option key={kind} value={kind}>
              {kindTitle(kind)}
            </option>
          ))}
        </Select>
      </Field>
      {problem && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      {CAUSES.map((cause) => {
        const cells = ofKind.filter((one) => one.cause === cause);
        if (cells.length === 0) return null;
        return (
          <Section
            key={cause}
            lead={
              canAdminister ? `${causeLead(cause)} ${SHIPPED} marks what the product comes with.` : causeLead(cause)
            }
            title={causeTitle(cause)}
          >
            <MatrixTable
              canEdit={canAdminister}
              cells={cells}
              draft={draft}
              label={`${causeTitle(cause)}: ${kindTitle(props.kind).toLowerCase()}`}
              onChoose={choose}
            />
          </Section>
        );
      })}
      <SaveBar
        busy={fetching}
        count={draft.size}
        name="the matrix"
        onDiscard={() => {
          setDraft(new Map());
          setStale(false);
          setProblem(null);
        }}
        onReload={() => {
          setStale(false);
          reload();
        }}
        onSave={() => void submit()}
        stale={stale}
      />
    </HintProvider>
  );
}
