"""Fields of drafts: what two of them differ in, and one with fields of another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Draft = TypeVar("_Draft", bound="DataclassInstance")


def different_fields(one: _Draft, other: _Draft) -> frozenset[str]:
    """Returns the names of the fields that differ."""
    return frozenset(field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name))


def with_fields(draft: _Draft, other: _Draft, names: Collection[str]) -> _Draft:
    """Returns the draft with those fields of the other one."""
    values: dict[str, Any] = {name: getattr(other, name) for name in names}
    return replace(draft, **values)
