import { useState } from "react";
import type { CombinedError } from "urql";
import { type FieldErrors, sortToFields } from "../lib/fieldErrors";
import { errorMessage } from "../lib/serverErrors";

const NO_ERRORS: FieldErrors = { fields: {}, general: [] };

interface Refusal {
  code: string;
  message: string;
  path?: readonly string[] | null;
}

/** The refusals of a form's mutation, sorted to the fields of these names. */
export function useRefusals(names: readonly string[]) {
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  /** Takes an answer in; true when nothing was refused. */
  const accepted = (error: CombinedError | undefined, refusals: readonly Refusal[] | undefined): boolean => {
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else setErrors(sortToFields(refusals ?? [], names));
    return !error && (refusals ?? []).length === 0;
  };
  const missing = (name: string) => setErrors({ fields: { [name]: "Fill this in." }, general: [] });
  return { errors, accepted, missing };
}
