"""The command line: ``fieldsync COMMAND``.

Exit codes: 0 all went well; 1 it could not be done, or there is something to look at; 2 wrong usage.
Everything heavy is imported by the command that needs it, so that ``--help`` answers at once.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldsync import sync_commands
from fieldsync.api import schema_command
from fieldsync.errors import FieldsyncError
from fieldsync.opening import check_migrated, opened, settings_of

if TYPE_CHECKING:
    from fieldsync.settings import Settings

EXAMPLES = """\
examples:
  fieldsync serve --demo                    try it out: http://127.0.0.1:8000
  fieldsync migrate                         begin an organization of your own, then
  fieldsync user create ada --role administrator
  fieldsync serve
  fieldsync token create --user admin       a token for scripts
  fieldsync sync sales                      synchronize the mailbox of the user sales, now
  fieldsync check                           what rights keep from travelling as it is set
  fieldsync demo info --json                addresses and sign-ins of the demo

Settings come from the environment: FIELDSYNC_DATA (folder, default ./.data), FIELDSYNC_DATABASE_URL,
FIELDSYNC_SECRET_KEY, FIELDSYNC_HOST, FIELDSYNC_PORT, FIELDSYNC_ALLOWED_ORIGINS and others.
exit codes: 0 all went well; 1 it could not be done, or there is something to look at; 2 wrong usage
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return 130
    except FieldsyncError as error:
        return _complain(str(error))
    except PermissionError as error:
        return _complain(f"No permission to use {error.filename or 'the data folder'}.")
    except OSError as error:
        return _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    except Exception as error:
        if type(error).__module__.startswith("sqlalchemy"):
            return _complain(f"The database cannot be used: {str(getattr(error, 'orig', error)).splitlines()[0]}")
        if type(error).__module__.startswith("pydantic"):
            return _complain(f"A setting is wrong: {_setting_faults(error)}")
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldsync",
        description="Decide field by field in which direction data travels between a CRM and Outlook mailboxes.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="serve the pages and the API")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="port to listen on (default 8000; 0 picks a free one)")
    serve.add_argument("--demo", action="store_true", help="migrate, seed the demo organization, start its mail server")
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="bring the database to the newest shape; safe to repeat")
    migrate.set_defaults(run=_migrate)

    seed = commands.add_parser("seed", help="seed the demo organization; safe to repeat")
    seed.set_defaults(run=_seed)

    schema_command.add_to(commands)

    check = commands.add_parser("check", help="compare directions with rights; exit 1 if something cannot work")
    check.add_argument("--draft", action="store_true", help="the drafts instead of what is published")
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(run=_check)

    token = commands.add_parser("token", help="tokens for scripts")
    token_commands = token.add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = token_commands.add_parser(
        "create", help="make a token and print it, nothing else; it cannot be shown again"
    )
    create.add_argument("--user", required=True, metavar="NAME", help="user name the token acts as")
    create.add_argument(
        "--scope",
        choices=("read", "admin"),
        help="read changes nothing; default admin for administrators, else read",
    )
    create.add_argument("--name", default="", help="what the token is for")
    create.add_argument("--days", type=int, help="how long it holds (default: for ever)")
    create.set_defaults(run=_token_create)
    listed = token_commands.add_parser("list", help="a user's tokens: id, scope, last use and end (UTC), name")
    listed.add_argument("--user", required=True, metavar="NAME", help="whose tokens")
    listed.set_defaults(run=_token_list)
    revoked = token_commands.add_parser("revoke", help="end a token at once")
    revoked.add_argument("token", metavar="ID", help="its id, as `token list` prints it")
    revoked.set_defaults(run=_token_revoke)

    user = commands.add_parser("user", help="people who sign in")
    user_commands = user.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = user_commands.add_parser(
        "create", help="let somebody sign in; the password is asked for, or read from a pipe"
    )
    new.add_argument("user", metavar="NAME", help="user name to sign in with")
    new.add_argument("--name", help="full name (default: the user name)")
    new.add_argument("--role", choices=("administrator", "user"), default="user", help="default: user")
    new.set_defaults(run=_user_create)
    link = user_commands.add_parser("link", help="let somebody sign in with the OpenID Connect provider")
    link.add_argument("user", metavar="NAME", help="user name of who is there already")
    link.add_argument("--subject", required=True, metavar="SUB", help="what the provider calls this person")
    link.set_defaults(run=_external, what="link")
    unlink = user_commands.add_parser("unlink", help="take that back; signs the user out everywhere")
    unlink.add_argument("--subject", required=True, metavar="SUB", help="what the provider calls this person")
    unlink.set_defaults(run=_external, what="unlink")

    group = commands.add_parser("group", help="groups of the OpenID Connect provider that decide who is in a team")
    group_commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for what, does in (("map", "let a group decide who is in a team"), ("unmap", "let it decide no longer")):
        one = group_commands.add_parser(what, help=does)
        one.add_argument("group", metavar="GROUP", help="as the provider's claim names it")
        one.add_argument("team", metavar="TEAM", help="name of the team here")
        one.set_defaults(run=_external, what=what)
    group_commands.add_parser("list", help="print what is mapped").set_defaults(run=_external, what="list")

    sync_commands.add_to(commands)

    demo = commands.add_parser("demo", help="the demo organization")
    demo_commands = demo.add_subparsers(title="commands", metavar="COMMAND", required=True)
    info = demo_commands.add_parser("info", help="print addresses, accounts and mailboxes")
    info.add_argument("--json", action="store_true", help="for programs")
    info.set_defaults(run=_demo_info)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _complain(sentence: str) -> int:
    print(f"fieldsync: {sentence}", file=sys.stderr)
    return 1


def _setting_faults(error: Exception) -> str:
    faults = getattr(error, "errors", list)()
    return (
        "; ".join(
            f"FIELDSYNC_{str(fault['loc'][0]).upper()}: {fault['msg']}" if fault["loc"] else fault["msg"]
            for fault in faults
        )
        or (str(error).splitlines()[0])
    )


def _serve(options: argparse.Namespace) -> int:
    settings = settings_of(host=options.host, port=options.port, demo=options.demo or None)
    from fieldsync.serving import serve

    if settings.demo:
        _upgrade(settings)
    check_migrated(settings)
    return serve(settings)


def _upgrade(settings: "Settings") -> None:
    from fieldsync.db.migrate import upgrade

    upgrade(settings.database)


def _migrate(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    settings = settings_of()
    _upgrade(settings)
    from fieldsync.db.database import Database
    from fieldsync.db.repo.profiles import ensure_default
    from fieldsync.security.gate import administer

    database = Database(settings.database)
    try:
        database.write_now(administer("profile"), lambda connection: ensure_default(connection, datetime.now(UTC)))
    finally:
        database.close()
    return 0


def _seed(options: argparse.Namespace) -> int:
    settings = settings_of()
    _upgrade(settings)
    from fieldsync.db.database import Database
    from fieldsync.demo.seed import seed_records, start_mail_server
    from fieldsync.security.secrets import SecretBox

    database = Database(settings.database)
    try:
        seed_records(database)
        start_mail_server(settings.data, database, SecretBox(settings.key())).stop()
    finally:
        database.close()
    return 0


def _check(options: argparse.Namespace) -> int:
    settings = settings_of()
    check_migrated(settings)
    from fieldsync.checking import check

    return check(settings, draft=options.draft, as_json=options.json)


def _user_create(options: argparse.Namespace) -> int:
    import asyncio
    import getpass

    with opened() as (_, database):
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        from fieldsync.clock import SystemClock
        from fieldsync.core.rights import Role
        from fieldsync.security.gate import OPERATOR
        from fieldsync.services.users import Users

        users, name, role = Users(database, SystemClock()), options.name or options.user, Role(options.role.upper())
        asyncio.run(users.create(OPERATOR, user_name=options.user, name=name, password=password, role=role))
    return 0


def _token_create(options: argparse.Namespace) -> int:
    import asyncio

    with opened() as (_, database):
        from fieldsync.clock import SystemClock
        from fieldsync.core.rights import Scope
        from fieldsync.services.sign_in import SignIn

        service = SignIn(database, SystemClock())
        scope = Scope(options.scope) if options.scope else None
        print(asyncio.run(service.make_token(options.user, scope=scope, name=options.name, days=options.days)))
    return 0


def _token_list(options: argparse.Namespace) -> int:
    import asyncio

    with opened() as (_, database):
        from fieldsync.clock import SystemClock
        from fieldsync.services.tokens import Tokens

        for row in asyncio.run(Tokens(database, SystemClock()).of_user(options.user)):
            used = f"last used {row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
            ends = f"ends {row.expires_at:%Y-%m-%d %H:%M}" if row.expires_at else "never ends"
            print(f"{row.id}  {row.scope:5}  {used}  {ends}  {row.name}")
    return 0


def _token_revoke(options: argparse.Namespace) -> int:
    import asyncio

    with opened() as (_, database):
        from fieldsync.clock import SystemClock
        from fieldsync.services.tokens import Tokens

        asyncio.run(Tokens(database, SystemClock()).revoke_any(options.token))
    return 0


def _external(options: argparse.Namespace) -> int:
    """Everything about the provider's subjects and groups."""
    with opened() as (settings, database):
        from fieldsync.clock import SystemClock
        from fieldsync.services.external_accounts import ExternalAccounts

        accounts = ExternalAccounts(database, SystemClock(), settings.oidc_issuer)
        match options.what:
            case "link":
                accounts.link(options.user, options.subject)
            case "unlink":
                accounts.unlink(options.subject)
            case "map":
                accounts.map_group(options.group, options.team)
            case "unmap":
                accounts.unmap_group(options.group, options.team)
            case _:
                for row in accounts.groups():
                    print(f"{row.group_name}  {row.team}  ({row.issuer})")
    return 0


def _demo_info(options: argparse.Namespace) -> int:
    settings = settings_of()
    check_migrated(settings)
    from fieldsync.db.database import Database
    from fieldsync.demo.info import describe, in_words

    database = Database(settings.database)
    try:
        found = describe(settings.data, database, f"http://{settings.host}:{settings.port}")
    finally:
        database.close()
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    print(in_words(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
