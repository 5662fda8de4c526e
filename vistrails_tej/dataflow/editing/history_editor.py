"""HistoryEditor: moves in the tree of versions, and what is said of versions and the vistrail."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..actions import Action, read_ahead
from ..errors import EditRefused, VersionNotFound
from ..job_format import user_name
from ..pipeline import Pipeline
from ..ports import PortType
from ..registry import Registry
from ..replay import VersionReplay
from ..storage import save_vistrail
from ..storage.object_ids import IdCounters
from ..storage.stored_objects import store_action
from ..vistrail import (
    DESCRIPTION,
    NOTES,
    PRUNE,
    ROOT_VERSION,
    TAG,
    UPGRADE,
    Vistrail,
    VistrailVariable,
)
from .differences import find_operations, find_remade
from .irregular import Irregular, find_irregular
from .kinds import find_kind, text_of
from .pasting import reconnected, renewed
from .upgrading import with_upgrades

_REMEMBERED = 16


class HistoryEditor:
    """Works on one version of a vistrail after the other; the edits themselves are in a subclass.

    ``vistrail`` is the result so far, ``version`` the current one, ``pipeline`` what it holds. Undo
    and redo are moves in the tree of versions: nothing is ever lost.
    """

    def __init__(
        self,
        vistrail: Vistrail,
        registry: Registry,
        *,
        version: str | int | None = None,
        user: str | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.vistrail = vistrail
        self.registry = registry
        # The format is ASCII; who edits is told, not identified, by it.
        name = user_name() if user is None else user
        self._user = name.encode("ascii", "replace").decode("ascii")
        self._clock = clock
        sessions = (one.session for one in vistrail.actions.values() if one.session is not None)
        self._session = max(sessions, default=-1) + 1
        self._ids = IdCounters(vistrail)
        self._known: OrderedDict[int, tuple[Pipeline, Irregular | None]] = OrderedDict()
        self._replay = VersionReplay()
        self._undone: list[int] = []
        self._is_open = False
        self.version = ROOT_VERSION
        self.pipeline = Pipeline({}, {})
        self._known_irregular: Irregular | None = None
        if version is None:
            version = vistrail.upgraded(vistrail.latest_version())
        self.go_to(version)

    def save(
        self,
        path: Path | str,
        *,
        members_of: Path | None = None,
        ascii_only: bool = True,
        overwrite: bool = False,
        date: datetime | None = None,
    ) -> None:
        """Save the vistrail; see `save_vistrail`. Editing can go on afterwards.

        Raise EditRefused inside an action.
        """
        self._refuse_inside_action("saving")
        self.vistrail = save_vistrail(
            self.vistrail,
            path,
            members_of=members_of,
            ascii_only=ascii_only,
            overwrite=overwrite,
            date=date,
        )
        # Notes on versions got their ids only now.
        self._ids.see_saved(self.vistrail)

    # -- versions ----------------------------------------------------------------------------

    @contextmanager
    def action(self, description: str) -> Iterator[None]:
        """Make all edits inside one version; if one of them is refused, none is made.

        Edits that change nothing make no version.
        """
        if self._is_open:
            yield
            return
        before, vistrail = self.pipeline, self.vistrail
        self._is_open = True
        try:
            yield
            self._append(before, description)
        except BaseException:
            self.pipeline, self.vistrail = before, vistrail
            raise
        finally:
            self._is_open = False

    def go_to(self, version: str | int) -> None:
        """Work on another version, by tag or number. Raise VersionNotFound, VistrailCorrupt."""
        self._refuse_inside_action("a move to another version")
        number = self.vistrail.resolve_version(version)
        if number not in self._known:
            self._remember(number, self._replay.show(self.vistrail, number).pipeline, None)
        self.pipeline, self._known_irregular = self._known[number]
        self.version = number
        self._undone.clear()

    def undo(self) -> bool:
        """Go back to the version this one was made from; False at the beginning."""
        if self.version == ROOT_VERSION:
            return False
        undone = [*self._undone, self.version]
        self.go_to(self.vistrail.actions[self.version].parent)
        self._undone = undone
        return True

    def redo(self) -> bool:
        """Go forward again to what was undone; False when nothing was, or an edit came since."""
        if not self._undone:
            return False
        *left, version = self._undone
        self.go_to(version)
        self._undone = left
        return True

    def tag(self, name: str, version: str | int | None = None) -> None:
        """Name a version, by default the current one; a blank name takes its tag away.

        Raise EditRefused if another version has the name, if it is a number, which would hide the
        version of that number, or inside an action, whose version is not there yet.
        """
        number = self._noted("a tag", version)
        name = name.strip()
        if name.isdigit():
            raise EditRefused(f"tag {name!r}", "a number names a version already; add a word")
        holder = self.vistrail.tags.get(name)
        if name and holder not in (None, number):
            raise EditRefused(f"tag {name!r}", f"version {holder} has it; give another name")
        self._note(number, TAG, name or None)

    def set_notes(self, notes: str, version: str | int | None = None) -> None:
        """Write notes (HTML) on a version, by default the current one; blank ones are removed.

        Raise EditRefused inside an action.
        """
        self._note(self._noted("notes", version), NOTES, notes or None)

    def prune(self, version: str | int | None = None, *, pruned: bool = True) -> None:
        """Hide a version and what was made from it, or show it again; nothing is deleted.

        Raise EditRefused inside an action.
        """
        self._note(self._noted("pruning", version), PRUNE, "True" if pruned else None)

    def upgrade(self) -> dict[int, int]:
        """Go to this version with every module as its package has it now, made if need be.

        As in VisTrails it is a version of its own, made from this one and written down as its
        upgrade, with fresh modules in the place of old ones; returned are the new ids by the old
        ones. Ids of jobs stay what they are: a run upgrades on the fly.
        """
        self.go_to(self.vistrail.upgraded(self.version))
        old = self.version
        with self.action("Upgrade"):
            self.pipeline, numbers = with_upgrades(self.pipeline, self._ids, self.registry)
        if self.version != old:
            self._note(old, UPGRADE, str(self.version))
        return numbers

    # -- variables ---------------------------------------------------------------------------

    def variable(self, name: str) -> VistrailVariable:
        """The vistrail variable of this name. Raise EditRefused."""
        for variable in self.vistrail.variables.values():
            if variable.name == name:
                return variable
        raise EditRefused(f"variable {name!r}", "there is none of this name; set_variable adds it")

    def set_variable(self, name: str, value: Any, type_name: str = "String") -> None:
        """Add a vistrail variable, or give it another value.

        ``type_name`` is that of a constant, such as Integer, for a new one. Variables belong to
        the whole vistrail, not to a version. Raise EditRefused.
        """
        names = [one.name for one in self.vistrail.variables.values()]
        if name in names:
            variable = self.variable(name)
        elif name.strip():
            kind = find_kind(self.registry, type_name, None)
            facts = (kind.package, kind.name, kind.namespace)
            variable = VistrailVariable(name, str(uuid.uuid4()), *facts, value="")
        else:
            raise EditRefused("a variable", "it needs a name")
        port_type = PortType(variable.package, variable.module, variable.namespace or None)
        text = text_of(self.registry, port_type, value)
        self.vistrail = self.vistrail.with_variable(replace(variable, value=text))

    def delete_variable(self, name: str) -> None:
        """Delete a vistrail variable; modules that refer to it keep their own value."""
        self.vistrail = self.vistrail.without_variable(self.variable(name).uuid)

    # -- inside ------------------------------------------------------------------------------

    def _append(self, before: Pipeline, description: str) -> None:
        irregular = self._irregular()
        after = self._with_fresh_ids(before, self.pipeline)
        remade = find_remade(before, after, irregular)
        operations = find_operations(before, after, self._ids, irregular)
        if not operations:
            self.pipeline = before
            return
        action = Action(
            id=self._ids.next("action"),
            parent=self.version,
            date=f"{self._clock():%Y-%m-%d %H:%M:%S}",
            user=self._user,
            session=self._session,
            annotations={DESCRIPTION: description},
        )
        stored = store_action(action, operations, iter([self._ids.next("annotation")]))
        self.vistrail = self.vistrail.with_action(read_ahead(replace(action, stored=stored)))
        self.version = action.id
        self.pipeline = after
        self._known_irregular = irregular.without(remade)
        self._undone.clear()
        self._remember(action.id, after, self._known_irregular)

    def _with_fresh_ids(self, before: Pipeline, after: Pipeline) -> Pipeline:
        """The pipeline with fresh ids in modules that have to be stored anew, and at them."""
        remade = find_remade(before, after, self._irregular())
        if not remade:
            return after
        modules = dict(after.modules)
        for number in remade:
            modules[number] = renewed(modules[number], self._ids)
        connections = {}
        for one in after.connections.values():
            touched = not remade.isdisjoint((one.source.module_id, one.destination.module_id))
            connection = reconnected(one, self._ids, {}) if touched else one
            connections[connection.id] = connection
        return Pipeline(modules, connections)

    def _irregular(self) -> Irregular:
        """How the current version is stored: looked for once it is edited."""
        if self._known_irregular is None:
            shown = self._replay.show(self.vistrail, self.version)
            self._known_irregular = find_irregular(shown.alive, shown.pipeline)
        return self._known_irregular

    def _remember(self, version: int, pipeline: Pipeline, irregular: Irregular | None) -> None:
        """Keep the versions seen last: undo and redo go back and forth between them."""
        self._known[version] = pipeline, irregular
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _refuse_inside_action(self, what: str) -> None:
        if self._is_open:
            raise EditRefused(what, "an action is open; leave it first")

    def _noted(self, what: str, version: str | int | None) -> int:
        """The version that something is to be said of."""
        self._refuse_inside_action(what)
        number = self.version if version is None else self.vistrail.resolve_version(version)
        if number not in self.vistrail.actions:
            raise VersionNotFound(number)
        return number

    def _note(self, version: int, key: str, value: str | None) -> None:
        self.vistrail = self.vistrail.with_action_annotation(version, key, value)
