import { Checkbox, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { SyncFilterTemplateApplyMutation as Answer, FilterDrift } from "../../gql/graphql";
import { countOf, formatNumber } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { LoadingRows } from "../../ui/PageStates";
import { useNotify } from "../../ui/useNotify";

const SyncFilterTemplateApplyMutation = graphql(`
  mutation SyncFilterTemplateApply($input: SyncFilterTemplateApplyInput!) {
    syncFilterTemplateApply(input: $input) {
      changes {
        drift
        template {
          id
          name
        }
        principal {
          id
          name
        }
        scope {
          entering
          leaving
        }
      }
      errors {
        code
        message
      }
    }
  }
`);

const DRIFTS: Record<FilterDrift, string> = {
  MISSING: "has no copy of",
  OUTDATED: "has an older copy of",
  CHANGED: "changed, or switched off, the copy of",
};

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, maxHeight: "46dvh", overflowY: "auto" },
  item: {
    display: "flex",
    alignItems: "flex-start",
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  words: { display: "flex", flexDirection: "column", minWidth: 0, overflowWrap: "anywhere", paddingTop: "6px" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

type Changes = NonNullable<Answer["syncFilterTemplateApply"]["changes"]>;

interface Person {
  id: string;
  name: string;
  changes: Changes;
}

/** Differences by whose they are: a person takes over all the templates at once. */
function byPerson(changes: Changes): Person[] {
  const people = new Map<string, Person>();
  for (const change of changes) {
    const { id, name } = change.principal ?? { id: "", name: "Somebody" };
    const known = people.get(id);
    people.set(id, { id, name, changes: [...(known?.changes ?? []), change] });
  }
  return [...people.values()];
}

interface TemplatesDialogProps {
  templateIds: readonly string[];
  onClose: () => void;
}

/** Whose copies of the templates differ, and what bringing them up to date would do. */
export function TemplatesDialog({ templateIds, onClose }: TemplatesDialogProps) {
  const styles = useStyles();
  const [people, setPeople] = useState<Person[] | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, apply] = useMutation(SyncFilterTemplateApplyMutation);
  const notify = useNotify();

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked once, when the dialog opens.
  useEffect(() => {
    void apply({ input: { templateIds: [...templateIds], preview: true } }).then(({ data, error }) => {
      const refusal = error ? errorMessage(error) : data?.syncFilterTemplateApply.errors[0]?.message;
      setProblem(refusal ?? null);
      const found = byPerson(data?.syncFilterTemplateApply.changes ?? []);
      setPeople(found);
      // What somebody changed on purpose is only overwritten when it is chosen by hand.
      setChosen(found.filter((one) => one.changes.every(({ drift }) => drift !== "CHANGED")).map((one) => one.id));
    });
  }, []);

  const submit = async () => {
    const input = { templateIds: [...templateIds], principalIds: [...chosen] };
    const { data, error } = await apply({ input });
    const refusal = error ? errorMessage(error) : data?.syncFilterTemplateApply.errors[0]?.message;
    if (refusal) {
      setProblem(refusal);
      return;
    }
    notify({ intent: "success", title: `The copies of ${countOf(chosen.length, "person", "people")} are up to date` });
    onClose();
  };

  return (
    <FormDialog
      busy={fetching || chosen.length === 0}
      onClose={onClose}
      onSubmit={() => void submit()}
      problems={problem ? [problem] : []}
      submit="Bring up to date"
      title="Copies that differ"
    >
      {people === null ? (
        <LoadingRows label="Comparing the copies" rows={3} />
      ) : people.length === 0 ? (
        <Text>Every copy is as its template.</Text>
      ) : (
        <ul aria-label="Copies that differ" className={styles.list}>
          {people.map((one) => (
            <li className={styles.item} key={one.id}>
              <Checkbox
                aria-label={one.name}
                checked={chosen.includes(one.id)}
                onChange={(_, data) =>
                  setChosen(data.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))
                }
              />
              <span className={styles.words}>
                {one.changes.map(({ drift, template, scope }) => (
                  <span key={template.id}>
                    {one.name} {DRIFTS[drift]} {template.name}.{" "}
                    {scope && (
                      <Text className={styles.quiet} size={200}>
                        {formatNumber(scope.entering)} would enter, {formatNumber(scope.leaving)} leave and be unlinked.
                      </Text>
                    )}
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </FormDialog>
  );
}
