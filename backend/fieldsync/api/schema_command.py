"""``fieldsync schema``: the schema as text, as a page, and what programs may rely on."""

import argparse
import sys
from pathlib import Path
from typing import Any

from fieldsync.errors import FieldsyncError


class SchemaFault(FieldsyncError):
    """The schema is not what it should be; the message says where, and what to do."""


def add_to(commands: Any) -> None:
    """The command's options."""
    schema = commands.add_parser("schema", help="print the GraphQL schema")
    shape = schema.add_mutually_exclusive_group()
    shape.add_argument("--reference", action="store_true", help="as a page for people (HTML)")
    shape.add_argument("--bare", action="store_true", help="without descriptions, as it is kept of a release")
    shape.add_argument(
        "--since",
        type=Path,
        metavar="FILE",
        help="compare with that of a release: exit 1 if programs break and the changelog does not say so",
    )
    schema.add_argument("--changelog", type=Path, metavar="FILE", default=Path("CHANGELOG.md"), help="for --since")
    schema.add_argument("--check", action="store_true", help="compare with the file instead; exit 1 if they differ")
    schema.add_argument("--output", type=Path, metavar="FILE", help="write it there (with --check: compare with it)")
    schema.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print, write or compare; returns 0, or raises."""
    from fieldsync.api.compatibility import bare
    from fieldsync.api.reference import reference
    from fieldsync.api.schema import render

    schema = render()
    if options.since is not None:
        _promises(schema, options.since, options.changelog)
        return 0
    text = reference(schema) if options.reference else bare(schema) if options.bare else schema
    target: Path | None = options.output
    if options.check:
        target = target or Path("schema.graphql")
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            raise SchemaFault(f"{target} is not the schema of the code; run: make schema")
    elif target is not None:
        target.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _promises(schema: str, released: Path, changelog: Path) -> None:
    from graphql import build_schema

    from fieldsync.api.compatibility import unannounced, undated

    before, log = released.read_text(encoding="utf-8"), changelog.read_text(encoding="utf-8")
    faults = undated(build_schema(schema))
    faults += [
        f"{change} If that is meant, name it in backticks below “### Breaking” of the unreleased part of {changelog}."
        for change in unannounced(before, schema, log)
    ]
    if faults:
        raise SchemaFault("\n".join(faults))
