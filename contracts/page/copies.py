"""Which sections of a page are copies of one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contracts.page.values import DESCRIPTION, Section


def groups(sections: Iterable[Section]) -> tuple[tuple[Section, ...], ...]:
    """The sections, each with its copies, in the order of the page.

    Two sections are copies where they stand under the same headings, or one of them under all headings of the
    other and some more: a page whose parts stand a second time below a heading of their own. What stands under
    two different headings, such as an object of the request and one of the response, is no copy.
    """
    found: list[list[Section]] = []
    for section in sections:
        for group in found:
            if _same(_key(group[0]), _key(section)):
                group.append(section)
                break
        else:
            found.append([section])
    return tuple(tuple(group) for group in found)


def numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections, each with the number of its copy, which its fields bear too."""
    copies = {id(section): copy for group in groups(sections) for copy, section in enumerate(group, 1)}
    return tuple(
        replace(
            section,
            copy=copies[id(section)],
            fields=tuple(replace(field, copy=copies[id(section)]) for field in section.fields),
        )
        for section in sections
    )


def _key(section: Section) -> tuple[str, ...]:
    """The long description is the text that stands before any heading, once more."""
    *above, title = section.path
    return (*above, DESCRIPTION if title == f"Long {DESCRIPTION}" else title)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[len(longer) - len(shorter) :] == shorter
