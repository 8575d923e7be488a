import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";

const RunFailure_run = graphql(`
  fragment RunFailure_run on Run {
    error {
      code
      message
      remedy
      at
    }
  }
`);

const useStyles = makeStyles({ remedy: { display: "block" } });

interface RunFailureProps {
  run: FragmentType<typeof RunFailure_run>;
  busy: boolean;
  onRetry: (() => void) | undefined;
}

export function RunFailure(props: RunFailureProps) {
  const styles = useStyles();
  const { error } = readFragment(RunFailure_run, props.run);
  return (
    <section aria-label="Why the run failed">
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{error?.message ?? "The run failed."}</MessageBarTitle>
          {error?.remedy && <span className={styles.remedy}>{error.remedy}</span>}
        </MessageBarBody>
        {props.onRetry && (
          <MessageBarActions>
            <Button disabled={props.busy} onClick={props.onRetry}>
              Try again
            </Button>
          </MessageBarActions>
        )}
      </MessageBar>
    </section>
  );
}
