import type { RecordKind } from "../../gql/graphql";
import { gridSubject } from "../../lib/routes";
import { useSearch } from "../../ui/useStores";
import { PersonDirections } from "./PersonDirections";
import { ProfileDirections } from "./ProfileDirections";

/** The address says whose directions are shown: `?as=` a person's, `?profile=` a profile's, else the default ones. */
export default function DirectionsPage(props: { kind: RecordKind }) {
  const { as, profile } = gridSubject(useSearch());
  if (as) return <PersonDirections key={as} kind={props.kind} personId={as} />;
  return <ProfileDirections key={profile} kind={props.kind} profileId={profile} />;
}
