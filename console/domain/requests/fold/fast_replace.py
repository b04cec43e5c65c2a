"""A copy of a value with some fields changed: `dataclasses.replace` in a third of its time.

A fold makes two or three such copies for every event. On a workstation that loads a history of half
a million events they were half of all work.
"""

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, cast

type _Set = Callable[[object, object], None]
type _Slots = tuple[Callable[[object], tuple[Any, ...]], tuple[_Set, ...], dict[str, _Set]]


def copy_with[T](value: T, **given: object) -> T:
    """The same value with these fields; for frozen dataclasses with slots.

    Raises:
        TypeError: the value has no such field.
    """
    kind = type(value)
    read, write, by_name = _of(cast("Hashable", kind))
    copy: T = object.__new__(kind)
    for put, old in zip(write, read(value), strict=True):
        put(copy, old)
    try:
        for name, new in given.items():
            by_name[name](copy, new)
    except KeyError as error:
        raise TypeError(f"{kind.__name__} has no field {error}") from None
    return copy


@cache
def _of(kind: Hashable) -> _Slots:
    """What reads all fields, what sets each in the same order, and the setters by name."""
    names = [each.name for each in fields(cast("type[Any]", kind))]
    # The slot descriptors themselves: a frozen class only refuses assignment through attributes.
    by_name = {name: cast("_Set", getattr(kind, name).__set__) for name in names}
    return attrgetter(*names), tuple(by_name.values()), by_name
