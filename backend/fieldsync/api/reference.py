"""The schema as a page for people: every operation, type, field, argument and value with its description and links."""

import asyncio
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    print_ast,
)
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 "Segoe UI", system-ui, sans-serif; scroll-padding-top: 1rem }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: CanvasText; background: Canvas }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; box-sizing: border-box;
  border-right: 1px solid light-dark(#ddd, #444) }
nav ul { list-style: none; margin: 0; padding: 0 } nav summary { cursor: pointer; font-weight: 600 }
main { padding: 1rem 2rem 4rem; max-width: 60rem } a { color: light-dark(#0f5ea8, #7cbcf5); text-decoration: none }
a:hover, a:focus { text-decoration: underline } code { font: 13px/1.5 Consolas, ui-monospace, monospace;
  overflow-wrap: anywhere }
section { margin-top: 2rem } h2 { border-bottom: 1px solid light-dark(#ddd, #444) } h3 { margin: 1.5rem 0 0.25rem }
p { margin: 0.25rem 0 } dl { margin: 0.5rem 0 } dt { margin-top: 0.5rem } dd { margin: 0 0 0 1.5rem }
:target { background: light-dark(#fff6d6, #4a4321) } .gone { color: light-dark(#a4262c, #f1707b) }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto } main { padding: 1rem } }
"""
_KINDS: tuple[tuple[str, type[GraphQLNamedType]], ...] = (
    ("Objects", GraphQLObjectType),
    ("Interfaces", GraphQLInterfaceType),
    ("Unions", GraphQLUnionType),
    ("Inputs", GraphQLInputObjectType),
    ("Enums", GraphQLEnumType),
    ("Scalars", GraphQLScalarType),
)
_FIRST_WORDS = (
    "Everything that <code>/graphql</code> answers, made from the descriptions in the schema. A name ending in "
    "<code>!</code> is never null, as an argument it has to be given; <code>[…]</code> is a list."
)


class Reference:
    """Answers with the page; it is made when somebody asks for it first. ``render`` gives the schema's language."""

    def __init__(self, render: Callable[[], str]) -> None:
        self._render = render
        self._page: str | None = None

    async def answer(self, request: Request) -> Response:
        if self._page is None:
            self._page = await asyncio.to_thread(lambda: reference(self._render()))
        return HTMLResponse(self._page, headers={"cache-control": "no-cache"})


def reference(schema: str) -> str:
    """The whole page, with nothing to load beside it."""
    parsed = build_schema(schema)
    sections = list(_sections(parsed))
    links = "".join(
        f"<details{' open' if n < 2 else ''}><summary>{title}</summary><ul>"
        + "".join(f'<li><a href="#{anchor}">{name}</a></li>' for name, anchor, _ in entries)
        + "</ul></details>"
        for n, (title, entries) in enumerate(sections)
    )
    body = "".join(
        f"<section><h2>{title}</h2>{''.join(text for _, _, text in entries)}</section>" for title, entries in sections
    )
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Fieldsync API reference</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style>\n'
        f'<nav aria-label="Contents">{links}</nav>\n<main><h1>Fieldsync API reference</h1>'
        f"<p>{_FIRST_WORDS}</p>{body}</main></html>\n"
    )


def _sections(schema: GraphQLSchema) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """By title, the name, anchor and HTML of each entry."""
    roots = (("Queries", schema.query_type), ("Mutations", schema.mutation_type))
    for title, root in (*roots, ("Subscriptions", schema.subscription_type)):
        if root is not None:
            yield title, [_operation(root.name, name, field) for name, field in sorted(root.fields.items())]
    shown = [kind for name, kind in sorted(schema.type_map.items()) if _is_shown(schema, name, kind)]
    for title, category in _KINDS:
        entries = [_type(schema, kind) for kind in shown if type(kind) is category]
        if entries:
            yield title, entries


def _is_shown(schema: GraphQLSchema, name: str, kind: GraphQLNamedType) -> bool:
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return not name.startswith("__") and kind not in roots


def _operation(root: str, name: str, field: GraphQLField) -> tuple[str, str, str]:
    anchor = f"{root}.{name}"
    heading = f'<h3 id="{anchor}"><code>{name}: {_link(field.type)}</code></h3>'
    return name, anchor, f"<article>{heading}{_words(field)}{_arguments(anchor, field)}</article>"


def _type(schema: GraphQLSchema, kind: GraphQLNamedType) -> tuple[str, str, str]:
    parts = [f'<article><h3 id="{kind.name}"><code>{kind.name}</code></h3>', _words(kind)]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and kind.interfaces:
        parts.append(f"<p>Is a {', '.join(_link(one) for one in kind.interfaces)}.</p>")
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        possible = sorted(schema.get_possible_types(kind), key=lambda one: one.name)
        parts.append(f"<p>One of {', '.join(_link(one) for one in possible)}.</p>")
    if isinstance(kind, GraphQLEnumType):
        listed = [_list(f"{kind.name}.{value}", value, it) for value, it in kind.values.items()]
        parts.append(f"<dl>{''.join(listed)}</dl>")
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        listed = [_list(f"{kind.name}.{name}", _signed(name, field), field) for name, field in kind.fields.items()]
        parts.append(f"<dl>{''.join(listed)}</dl>")
    return kind.name, kind.name, f"{''.join(parts)}</article>"


def _list(anchor: str, title: str, element: Any) -> str:
    return f'<dt id="{anchor}"><code>{title}</code></dt><dd>{_words(element)}{_arguments(anchor, element)}</dd>'


def _arguments(anchor: str, element: Any) -> str:
    arguments: dict[str, GraphQLArgument] = getattr(element, "args", {})
    listed = "".join(_list(f"{anchor}({name}:)", _signed(name, it), it) for name, it in arguments.items())
    return f"<dl>{listed}</dl>" if listed else ""


def _signed(name: str, element: GraphQLField | GraphQLInputField | GraphQLArgument) -> str:
    """A name with its type, and the default that holds when it is left out."""
    default = getattr(element.ast_node, "default_value", None)
    shown = "null" if default is None else print_ast(default)
    return f"{name}: {_link(element.type)}{'' if shown == 'null' else f' = {escape(shown)}'}"


def _link(kind: GraphQLType) -> str:
    """A type, linked where it is described here."""
    named = get_named_type(kind)
    return str(kind).replace(named.name, f'<a href="#{named.name}">{named.name}</a>')


def _words(element: Any) -> str:
    """The description, and the end of what is deprecated."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(element.description or ""))
    reason = getattr(element, "deprecation_reason", None)
    gone = "" if reason is None else f'<p class="gone">Deprecated. {escape(reason)}</p>'
    return f"<p>{text}</p>{gone}"
