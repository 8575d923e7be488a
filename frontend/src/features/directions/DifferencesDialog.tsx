import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { DirectionInWords } from "../../ui/DirectionArrow";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";

const DifferencesDialogQuery = graphql(`
  query DifferencesDialog {
    profiles {
      id
      name
      differences {
        before
        after
        mapping {
          id
          kind
          outlookLabel
        }
      }
    }
  }
`);

const useStyles = makeStyles({
  surface: { maxWidth: "760px" },
  scroll: { maxHeight: "60dvh", overflowY: "auto" },
  table: { width: "100%", borderCollapse: "collapse" },
  head: {
    textAlign: "left",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    paddingBottom: tokens.spacingVerticalXS,
    "@media (max-width: 640px)": { display: "none" },
  },
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { display: "block", padding: `${tokens.spacingVerticalS} 0` },
  },
  cell: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalS} 0`,
    "@media (max-width: 640px)": { display: "block", padding: "2px 0" },
  },
  field: { fontWeight: tokens.fontWeightSemibold },
  quiet: { display: "block", color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  // On a phone the columns stand below each other and need their names back.
  label: { display: "none", "@media (max-width: 640px)": { display: "inline" } },
});

/** Where the published directions of a profile leave the default ones. */
export function DifferencesDialog(props: { profileId: string; onClose: () => void }) {
  const styles = useStyles();
  const [{ data, error }, refetch] = useQuery({ query: DifferencesDialogQuery });
  const profile = data?.profiles.find((one) => one.id === props.profileId);
  return (
    <Dialog onOpenChange={(_, change) => !change.open && props.onClose()} open>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>Differences from the default</DialogTitle>
          <DialogContent className={styles.scroll}>
            {error && !data ? (
              <ErrorState
                message={errorMessage(error)}
                onRetry={() => refetch({ requestPolicy: "network-only" })}
                title="The differences could not be loaded"
              />
            ) : !profile ? (
              <LoadingRows label="Loading the differences" rows={4} />
            ) : profile.differences.length === 0 ? (
              <EmptyState title="No difference">
                The published directions of {profile.name} are those of the default profile.
              </EmptyState>
            ) : (
              <table aria-label="Differences from the default" className={styles.table}>
                <thead>
                  <tr>
                    {["Field", "Default", profile.name].map((title) => (
                      <th className={styles.head} key={title} scope="col">
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {profile.differences.map(({ mapping, before, after }) => (
                    <tr className={styles.row} key={mapping.id}>
                      <td className={styles.cell}>
                        <span className={styles.field}>{mapping.outlookLabel}</span>
                        <span className={styles.quiet}>{kindTitle(mapping.kind)}</span>
                      </td>
                      <td className={styles.cell}>
                        <span className={styles.label}>Default: </span>
                        <DirectionInWords direction={before} />
                      </td>
                      <td className={styles.cell}>
                        <span className={styles.label}>Here: </span>
                        <DirectionInWords direction={after} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={props.onClose}>Close</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
