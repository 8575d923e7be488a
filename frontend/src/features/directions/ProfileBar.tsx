import {
  Button,
  Dropdown,
  Field,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Option,
  tokens,
} from "@fluentui/react-components";
import { MoreHorizontal20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { navigate } from "../../lib/location";
import { DEFAULT_PROFILE, directionsPath, versionsPath } from "../../lib/routes";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { DeleteProfileDialog } from "./DeleteProfileDialog";
import { DifferencesDialog } from "./DifferencesDialog";
import { NewProfileDialog } from "./NewProfileDialog";
import { ProfileSettingsDialog } from "./ProfileSettingsDialog";

const ProfileBar_profile = graphql(`
  fragment ProfileBar_profile on Profile {
    id
    name
    isDefault
    ...ProfileSettingsDialog_profile
    ...DeleteProfileDialog_profile
  }
`);

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "flex-end",
    justifyContent: "space-between",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  profile: { display: "flex", alignItems: "flex-end", gap: tokens.spacingHorizontalXS, flex: "0 1 320px", minWidth: 0 },
  field: { flex: "1 1 200px", minWidth: 0, maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
  control: { minWidth: 0, width: "100%" },
});

type Open = "new" | "settings" | "differences" | "delete" | null;

interface ProfileBarProps {
  kind: RecordKind;
  profileId: string;
  profiles: readonly FragmentType<typeof ProfileBar_profile>[];
  onStale: () => void;
}

/** Whose directions are on the screen: which profile, or what one person gets. For administrators. */
export function ProfileBar(props: ProfileBarProps) {
  const styles = useStyles();
  const profiles = readFragment(ProfileBar_profile, props.profiles);
  const [open, setOpen] = useState<Open>(null);
  const profile = profiles.find((one) => one.id === props.profileId);
  const close = () => setOpen(null);
  const show = (id: string) => {
    const chosen = profiles.find((one) => one.id === id);
    navigate(directionsPath(props.kind, chosen?.isDefault ? DEFAULT_PROFILE : { profile: id, as: null }));
  };
  if (!profile) return null;

  return (
    <section aria-label="Whose directions" className={styles.bar}>
      <div className={styles.profile}>
        <Field className={styles.field} label="Profile">
          <Dropdown
            className={styles.control}
            onOptionSelect={(_, { optionValue }) => optionValue && show(optionValue)}
            selectedOptions={[profile.id]}
            value={profile.name}
          >
            {profiles.map((one) => (
              <Option key={one.id} value={one.id}>
                {one.name}
              </Option>
            ))}
          </Dropdown>
        </Field>
        <Menu>
          <MenuTrigger>
            <Button appearance="subtle" aria-label="More about profiles" icon={<MoreHorizontal20Regular />} />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => setOpen("settings")}>Settings</MenuItem>
              <MenuItem onClick={() => navigate(versionsPath(profile.isDefault ? null : profile.id))}>
                Versions
              </MenuItem>
              {!profile.isDefault && (
                <>
                  <MenuItem onClick={() => setOpen("differences")}>Differences from the default</MenuItem>
                  <MenuItem onClick={() => setOpen("delete")}>Delete</MenuItem>
                </>
              )}
              <MenuItem onClick={() => setOpen("new")}>New profile</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
      <Field className={styles.field} label="View as">
        <PrincipalPicker
          className={styles.control}
          kind="USER"
          label="View as"
          onPick={(person) => navigate(directionsPath(props.kind, { profile: null, as: person.id }))}
          picked={null}
          placeholder="See what somebody gets"
        />
      </Field>
      {open === "new" && (
        <NewProfileDialog
          copyOf={profile.id}
          onClose={close}
          onCreated={(id) => {
            close();
            navigate(directionsPath(props.kind, { profile: id, as: null }));
          }}
          profiles={profiles}
        />
      )}
      {open === "settings" && <ProfileSettingsDialog onClose={close} onStale={props.onStale} profile={profile} />}
      {open === "differences" && <DifferencesDialog onClose={close} profileId={profile.id} />}
      {open === "delete" && (
        <DeleteProfileDialog
          onClose={close}
          onDeleted={() => navigate(directionsPath(props.kind), "replace")}
          onStale={props.onStale}
          profile={profile}
        />
      )}
    </section>
  );
}
