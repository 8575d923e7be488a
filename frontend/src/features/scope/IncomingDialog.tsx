import { Checkbox, Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { IncomingMode } from "../../gql/graphql";
import { kindTitle } from "../../lib/kinds";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const IncomingDialog_rule = graphql(`
  fragment IncomingDialog_rule on IncomingRule {
    kind
    mode
    category
    includesPrivate
    revision
  }
`);

const IncomingRuleUpdateMutation = graphql(`
  mutation IncomingRuleUpdate($input: IncomingRuleUpdateInput!) {
    incomingRuleUpdate(input: $input) {
      incomingRule {
        kind
        ...IncomingDialog_rule
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

interface IncomingDialogProps {
  rule: FragmentType<typeof IncomingDialog_rule>;
  onClose: () => void;
  onStale: () => void;
}

/** Changes which items of one kind become records. */
export function IncomingDialog(props: IncomingDialogProps) {
  const rule = readFragment(IncomingDialog_rule, props.rule);
  const [form, setForm] = useState({ ...rule });
  const [{ fetching }, update] = useMutation(IncomingRuleUpdateMutation);
  const { errors, accepted } = useRefusals(["mode", "category"]);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));
  const title = kindTitle(rule.kind).toLowerCase();

  const submit = async () => {
    const { kind, mode, category, includesPrivate } = form;
    const input = { kind, mode, category: category.trim(), includesPrivate, expectedRevision: rule.revision };
    const { data, error } = await update({ input });
    const refusals = data?.incomingRuleUpdate.errors;
    if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
    if (!accepted(error, refusals)) return;
    notify({ intent: "success", title: `The rule for ${title} was saved` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Save"
      title={`Which ${title} come in`}
    >
      <Field label="Become records" validationMessage={errors.fields.mode}>
        <RadioGroup onChange={(_, data) => change({ mode: data.value as IncomingMode })} value={form.mode}>
          <Radio label="All items" value="ALL" />
          <Radio label="Items with a category" value="TRACKED" />
          <Radio label="None" value="NONE" />
        </RadioGroup>
      </Field>
      {form.mode === "TRACKED" && (
        <Field label="Category" validationMessage={errors.fields.category}>
          <Input maxLength={255} onChange={(_, data) => change({ category: data.value })} value={form.category} />
        </Field>
      )}
      <Checkbox
        checked={form.includesPrivate}
        label="Follow private items, too"
        onChange={(_, data) => change({ includesPrivate: data.checked === true })}
      />
    </FormDialog>
  );
}
