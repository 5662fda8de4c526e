"""Vistrail: the history of a pipeline, a tree of versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from .actions import Action, Operation, StoredObject, surviving
from .errors import VersionNotFound, VistrailCorrupt
from .garbage import collection_paused
from .pipeline import Pipeline
from .pipeline_builder import build_pipeline

ROOT_VERSION = 0

TAG = "__tag__"
NOTES = "__notes__"
PRUNE = "__prune__"
UPGRADE = "__upgrade__"
DESCRIPTION = "__description__"
JOBS = "__jobs__"


@dataclass(frozen=True, slots=True)
class Version:
    """A node of the history. ``parent`` 0 is the empty beginning; texts are blank if unknown.

    ``date`` is ``YYYY-MM-DD HH:MM:SS``, ``notes`` is HTML, ``pruned`` hides it and what follows.
    """

    id: int
    parent: int
    date: str = ""
    user: str = ""
    session: int | None = None
    tag: str = ""
    notes: str = ""
    pruned: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class VistrailVariable:
    """A constant of the whole vistrail; modules refer to it by ``uuid``."""

    name: str
    uuid: str
    package: str
    module: str
    namespace: str
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a vistrail was read from, or saved to last, and the XML that was in it.

    ``packed_in`` is the .vtl link that still carried the file when it was read. ``members`` is
    the archive with the other members while the file itself is bare XML; ``elsewhere`` is what
    other files held when the vistrail was read from them or saved to them.
    """

    path: Path
    xml: bytes = field(repr=False)
    packed_in: Path | None = None
    members: Path | None = field(default=None, compare=False)
    elsewhere: Mapping[Path, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def known(self) -> Mapping[Path, bytes]:
        """The XML that each file held when this vistrail was there last."""
        return {**self.elsewhere, self.path: self.xml}


@dataclass(frozen=True)
class Vistrail:
    """Everything a vistrail file says.

    ``actions`` are by id, ``action_annotations`` by action id and then key, ``variables`` by
    uuid. ``stored`` is the document it was read from, with whatever else that holds.
    ``subworkflows`` are the histories of the workflows used inside this one, by uuid. ``origin``
    is the file, by which saving sees what others did to it meanwhile. A value: an edit makes
    another vistrail.
    """

    actions: Mapping[int, Action]
    action_annotations: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, VistrailVariable] = field(default_factory=dict)
    schema_version: str = "1.0.4"
    stored: StoredObject | None = field(default=None, repr=False, compare=False)
    subworkflows: Mapping[str, Vistrail] = field(default_factory=dict, repr=False, compare=False)
    origin: Origin | None = field(default=None, repr=False, compare=False)

    @cached_property
    def versions(self) -> Mapping[int, Version]:
        """Every version by id, in ascending order; the empty beginning is not among them."""
        return {
            action_id: self._version(self.actions[action_id]) for action_id in sorted(self.actions)
        }

    @cached_property
    def tags(self) -> Mapping[str, int]:
        """The tagged versions, by tag."""
        return {one.tag: one.id for one in self.versions.values() if one.tag}

    @cached_property
    def _children(self) -> Mapping[int, list[int]]:
        children: dict[int, list[int]] = {}
        for version in self.versions.values():
            children.setdefault(version.parent, []).append(version.id)
        return children

    @cached_property
    def _upgrades(self) -> Mapping[int, int]:
        """Which version replaces another one."""
        upgrades: dict[int, int] = {}
        for version, notes in self.action_annotations.items():
            text = notes.get(UPGRADE, "").strip()
            if text.isascii() and text.isdigit() and len(text) < 19 and int(text) in self.actions:
                upgrades[version] = int(text)
        return upgrades

    def children(self, version: int) -> list[int]:
        """The versions made from this one, in ascending order."""
        return list(self._children.get(version, ()))

    def orphans(self) -> list[int]:
        """The versions that lead to no beginning: one before them is missing, or is themselves."""
        found: set[int] = set()
        waiting = [ROOT_VERSION]
        while waiting:
            children = self._children.get(waiting.pop(), ())
            found.update(children)
            waiting.extend(children)
        return [version for version in self.versions if version not in found]

    def latest_version(self) -> int:
        """The greatest version that is not pruned away; an upgrade counts as what it upgrades."""
        return self._latest

    @cached_property
    def _latest(self) -> int:
        replacements = set(self._upgrades.values())
        latest = ROOT_VERSION
        waiting = list(self._children.get(ROOT_VERSION, ()))
        while waiting:
            version = waiting.pop()
            if self.versions[version].pruned:
                continue
            if version not in replacements:
                latest = max(latest, version)
            waiting.extend(self._children.get(version, ()))
        return latest

    def resolve_version(self, version: str | int | None = None) -> int:
        """The version of a tag, else of a number; None is the latest. Raise VersionNotFound."""
        if version is None:
            return self.latest_version()
        if isinstance(version, str):
            if version in self.tags:
                return self.tags[version]
            if not (version.isascii() and version.isdigit() and len(version) < 19):
                raise VersionNotFound(version)
        number = int(version)
        if number != ROOT_VERSION and number not in self.actions:
            raise VersionNotFound(version)
        return number

    def upgraded(self, version: int) -> int:
        """The version that replaces this one, over any number of upgrades; else itself."""
        seen = {version}
        while version in self._upgrades and self._upgrades[version] not in seen:
            version = self._upgrades[version]
            seen.add(version)
        return version

    def path(self, version: int) -> list[Action]:
        """The actions from the beginning to a version. Raise VersionNotFound, VistrailCorrupt."""
        if version != ROOT_VERSION and version not in self.actions:
            raise VersionNotFound(version)
        actions: list[Action] = []
        seen: set[int] = set()
        current = version
        while current != ROOT_VERSION:
            if current in seen or current not in self.actions:
                what = "comes from itself" if current in seen else "is missing"
                raise VistrailCorrupt(
                    f"version {current}, from which version {version} was made, {what}"
                )
            seen.add(current)
            actions.append(self.actions[current])
            current = self.actions[current].parent
        actions.reverse()
        return actions

    def pipeline(self, version: int) -> Pipeline:
        """The pipeline of a version, as stored: known packages or not. Cost: the path's actions.

        Raise VersionNotFound, or VistrailCorrupt when the history contradicts itself.
        """
        with collection_paused():
            return build_pipeline(self.surviving(version))

    def surviving(self, version: int) -> list[Operation]:
        """The operations that a version is made of: adds of what is there, by operation id.

        Raise VersionNotFound, VistrailCorrupt.
        """
        return surviving(self.path(version))

    def with_action(self, action: Action) -> Vistrail:
        """The vistrail with one more version."""
        return replace(self, actions={**self.actions, action.id: action})

    def with_action_annotation(self, version: int, key: str, value: str | None) -> Vistrail:
        """The vistrail with a note on a version (tag, notes, prune mark), or without it."""
        notes = {name: text for name, text in self._notes(version).items() if name != key}
        if value is not None:
            notes[key] = value
        return replace(self, action_annotations={**self.action_annotations, version: notes})

    def with_annotation(self, key: str, value: str | None) -> Vistrail:
        """The vistrail with a note of its own, or without it."""
        notes = {name: text for name, text in self.annotations.items() if name != key}
        if value is not None:
            notes[key] = value
        return replace(self, annotations=notes)

    def with_variable(self, variable: VistrailVariable) -> Vistrail:
        """The vistrail with a variable, in the place of the one with the same uuid."""
        return replace(self, variables={**self.variables, variable.uuid: variable})

    def without_variable(self, uuid: str) -> Vistrail:
        """The vistrail without a variable."""
        left = {key: one for key, one in self.variables.items() if key != uuid}
        return replace(self, variables=left)

    def _notes(self, version: int) -> Mapping[str, str]:
        return self.action_annotations.get(version, {})

    def _version(self, action: Action) -> Version:
        notes = self._notes(action.id)
        return Version(
            id=action.id,
            parent=action.parent,
            date=action.date,
            user=action.user,
            session=action.session,
            tag=notes.get(TAG, ""),
            notes=notes.get(NOTES, ""),
            pruned=notes.get(PRUNE, "") == "True",
            description=action.annotations.get(DESCRIPTION, ""),
        )
