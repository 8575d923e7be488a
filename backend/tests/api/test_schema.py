from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from graphql import build_schema as parse

from fieldsync.api.schema import render

ROOT = Path(__file__).parents[3]


def test_the_stored_schema_is_that_of_the_code() -> None:
    stored = (ROOT / "schema.graphql").read_text(encoding="utf-8")

    assert stored == render(), "run: fieldsync schema --output schema.graphql"


def test_everything_in_the_schema_is_described() -> None:
    schema = parse(render())

    missing: list[str] = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in ("ID", "String", "Int", "Float", "Boolean"):
            continue
        if not kind.description:
            missing.append(name)
        if isinstance(kind, GraphQLEnumType):
            missing += [f"{name}.{value}" for value, it in kind.values.items() if not it.description]
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for field_name, field in kind.fields.items():
                if not field.description:
                    missing.append(f"{name}.{field_name}")
                arguments = getattr(field, "args", {})
                missing += [f"{name}.{field_name}({arg}:)" for arg, it in arguments.items() if not it.description]
    assert missing == []


def test_mutations_take_one_input_and_answer_with_errors() -> None:
    schema = parse(render())

    assert schema.mutation_type
    for name, field in schema.mutation_type.fields.items():
        payload = schema.type_map[name[0].upper() + name[1:] + "Payload"]
        assert list(field.args) == ["input"], name
        assert isinstance(payload, GraphQLObjectType)
        assert str(payload.fields["errors"].type) == "[MutationError!]!"


def test_contacts_have_every_attribute_of_the_catalogue() -> None:
    from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
    from fieldsync.catalogue.fields import catalogue
    from fieldsync.core.values import RecordKind

    attributes = {name for field in catalogue().fields(RecordKind.CONTACT) for name in field.attributes}
    schema = parse(render())

    for kind in ("Contact", "ContactCreateInput", "ContactUpdateInput"):
        fields = schema.type_map[kind].fields  # pyright: ignore[reportAttributeAccessIssue]
        assert {GRAPHQL_NAMES[name] for name in attributes} <= set(fields)
