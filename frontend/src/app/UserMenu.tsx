import {
  Avatar,
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { Person20Regular, SignOut20Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../gql";
import { navigate } from "../lib/location";
import { useNotify } from "../ui/useNotify";
import { signOut } from "./session";
import { type ThemeMode, useThemeMode } from "./ThemeMode";

const UserMenu_viewer = graphql(`
  fragment UserMenu_viewer on Viewer {
    role
    principal {
      id
      name
      userName
    }
  }
`);

const MODES: readonly { mode: ThemeMode; title: string }[] = [
  { mode: "light", title: "Light" },
  { mode: "dark", title: "Dark" },
  { mode: "system", title: "Like the system" },
];

const useStyles = makeStyles({
  who: { display: "flex", flexDirection: "column", padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
  quiet: { color: tokens.colorNeutralForeground3 },
  button: { minWidth: 0, padding: tokens.spacingHorizontalXS, maxWidth: "220px" },
  name: {
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    fontWeight: tokens.fontWeightRegular,
    marginLeft: tokens.spacingHorizontalS,
    "@media (max-width: 640px)": { display: "none" },
  },
});

export function UserMenu(props: { viewer: FragmentType<typeof UserMenu_viewer>; onSignedOut: () => void }) {
  const styles = useStyles();
  const viewer = readFragment(UserMenu_viewer, props.viewer);
  const { mode, setMode } = useThemeMode();
  const notify = useNotify();

  const leave = async () => {
    if (await signOut()) props.onSignedOut();
    else notify({ intent: "error", title: "Signing out did not work", body: "The server could not be reached." });
  };

  return (
    <Menu
      checkedValues={{ theme: [mode] }}
      onCheckedValueChange={(_, data) => setMode((data.checkedItems[0] as ThemeMode | undefined) ?? "system")}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          aria-label={`User menu of ${viewer.principal.name}`}
          className={styles.button}
          icon={<Avatar color="brand" name={viewer.principal.name} size={28} />}
        >
          <span className={styles.name}>{viewer.principal.name}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <Text weight="semibold">{viewer.principal.name}</Text>
          <Text className={styles.quiet} size={200}>
            {viewer.principal.userName} · {viewer.role === "ADMINISTRATOR" ? "Administrator" : "User"}
          </Text>
        </div>
        <MenuList>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>Theme</MenuGroupHeader>
            {MODES.map((one) => (
              <MenuItemRadio key={one.mode} name="theme" value={one.mode}>
                {one.title}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem icon={<Person20Regular />} onClick={() => navigate("/account")}>
            Account
          </MenuItem>
          <MenuItem icon={<SignOut20Regular />} onClick={leave}>
            Sign out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
