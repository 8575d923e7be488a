import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from "@fluentui/react-components";
import { contradictionsTitle } from "../../lib/contradictions";
import { errorMessage } from "../../lib/serverErrors";
import { useContradictions } from "./useContradictions";

const useStyles = makeStyles({
  list: { margin: `${tokens.spacingVerticalXS} 0 0`, paddingLeft: tokens.spacingHorizontalL },
});

/** What the draft promises and rights forbid, to be known before it is published; nothing stands in the way of that. */
export function DraftContradictions(props: { profileId: string; revision: number }) {
  const styles = useStyles();
  const { contradictions, error } = useContradictions(props.profileId, props.revision, true);
  if (error) {
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>
          Whether rights stand against the draft could not be checked. {errorMessage(error)}
        </MessageBarBody>
      </MessageBar>
    );
  }
  if (contradictions.length === 0) return null;
  return (
    <section aria-label="Contradictions of the draft">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{contradictionsTitle(contradictions)}</MessageBarTitle>
          You can publish all the same; it will not flow for them.
          <ul className={styles.list}>
            {contradictions.map((one) => (
              <li key={`${one.mapping.id} ${one.message}`}>{one.message}</li>
            ))}
          </ul>
        </MessageBarBody>
      </MessageBar>
    </section>
  );
}
