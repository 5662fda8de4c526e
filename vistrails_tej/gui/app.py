"""The builder as a program: its windows, and what they share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from ..dataflow import Vistrail
from ..modules.queue_reference import RemoteJob
from ..modules.sessions import JobNews, start_sessions, stop_sessions
from ..modules.workflow import load_registry
from .application import make_application, short_turns
from .builder.builder_jobs import BuilderJobs
from .builder.document import Document
from .builder.file_loading import Loading, PackageLoading, Wanted, collect_again
from .builder.file_saving import tell_error
from .builder.message_log import LogSource, MessageKind
from .builder.recent_files import forget_file, remember_file
from .builder.recovery import Autosave, RecoveryKeeper
from .builder.recovery_dialog import offer_recovery
from .builder.recovery_store import Copy
from .builder.running.controller import RunController
from .builder.window import BuilderWindow
from .calls import GuiCalls
from .front import bring_to_front
from .garbage import GuiCollector
from .questions import Questions
from .report_dialog import ExceptionReporter
from .settings import Settings, ThemeChoice, choose_theme
from .style import use_style
from .system_signals import SignalWatch

_CASCADE = 28
# Threads that have been told to stop have so many seconds to do so when the program ends, and so
# many more when the connections are closed.
_PATIENCE = 5.0
_PATIENCE_AFTER = 2.0


class Builder(QObject):
    """All windows of this program. Every file is read in a thread; nothing here waits for one."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._system_palette = application.palette()
        self._settings = Settings()
        self._registry = load_registry()
        self._packages = PackageLoading(self._registry)
        self._theme = choose_theme(self._settings.theme, self._system_palette)
        self._reporter = ExceptionReporter(self._theme, self)
        self._log = LogSource(self)
        self._log.message.connect(self._tell_all)
        self._keeper = RecoveryKeeper()
        self._failed_jobs: set[tuple[RemoteJob, str]] = set()
        self._calls = GuiCalls(self)
        self._questions = Questions(self._calls, application.activeWindow)
        self._autosaves: dict[BuilderWindow, Autosave] = {}
        # Files that are being read, and where they will be shown.
        self._loadings: dict[Loading, BuilderWindow] = {}
        # Runs of windows that are closed, until they have ended.
        self._closing: list[RunController] = []
        self._collector = GuiCollector(self)
        self._signals = SignalWatch(self)
        self._signals.came.connect(self._end)
        self.jobs = BuilderJobs(lambda: self.windows, self.open, self._theme, self)

    @property
    def windows(self) -> list[BuilderWindow]:
        """The windows that are open, the first one first."""
        return list(self._autosaves)

    def start(self, wanted: Wanted | None = None) -> None:
        """Show the first window, with a file if one is wanted, and offer unsaved work."""
        self._begin()
        window = self.new_window()
        if wanted is not None:
            self.open(wanted, window)
        QTimer.singleShot(0, self.offer_recovery)

    def start_monitor(self, files: Sequence[Path] = ()) -> None:
        """Show the jobs of all known files, and of these, without any pipeline."""
        self._begin()
        for path in files:
            self.jobs.follow(path)
        self.jobs.show_window()

    def stop(self) -> None:
        """Leave everything as it was found; unsaved work keeps its copy."""
        self._calls.close()
        self.jobs.close()
        for window, autosave in self._autosaves.items():
            autosave.stop()
            window.running.close()
            self._closing.append(window.running.controller)
        # What is cut short then ends soon.
        self._wait_for_runs(_PATIENCE)
        stop_sessions()
        self._wait_for_runs(_PATIENCE_AFTER)
        self._keeper.close()
        self._signals.stop()
        self._log.stop()
        self._reporter.uninstall()
        self._collector.stop()

    def new_window(self, *, is_quiet: bool = False) -> BuilderWindow:
        """Show a window with an empty document; a quiet one does not take the keyboard."""
        document = Document(Vistrail({}), self._registry)
        window = BuilderWindow(document, self._theme, self._questions.may_act)
        self._autosaves[window] = Autosave(document, self._keeper)
        window.running.keep_copy = lambda: self._autosaves[window].keep_now()
        window.new_requested.connect(self.new_window)
        window.open_requested.connect(lambda wanted: self.open(wanted, window))
        window.theme_requested.connect(self._choose_theme)
        window.packages_requested.connect(self._load_packages)
        window.quit_requested.connect(self.quit)
        window.saved.connect(self._remember)
        window.saved.connect(self.jobs.follow)
        self.jobs.attach(window)
        window.closed.connect(lambda: self._forget_window(window))
        others = [one for one in self.windows if one is not window and one.isVisible()]
        if others:
            # Not right above the other one.
            window.move(others[-1].pos().x() + _CASCADE, others[-1].pos().y() + _CASCADE)
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, is_quiet)
        window.show()
        return window

    def open(
        self, wanted: Wanted, near: BuilderWindow | None = None, *, is_quiet: bool = False
    ) -> None:
        """Open a file where nobody has worked yet, else in a window of its own.

        Work that is recovered goes to the window that is given: the one that shows its file.

        Quietly, it is always one of its own, and stays behind the others.
        """
        shown = self._find_shown(wanted)
        if shown is not None:
            if not is_quiet:
                bring_to_front(shown)
            return
        is_free = near is not None and (near.is_untouched or wanted.recovered is not None)
        target = near if is_free else self._find_untouched()
        if is_quiet:
            target = None
        is_new = target is None
        window = target if target is not None else self.new_window(is_quiet=is_quiet)
        window.show_busy(wanted.title)
        loading = Loading(wanted, self._registry, self)
        loading.loaded.connect(lambda document: self._loaded(loading, window, document))
        loading.failed.connect(lambda text: self._failed(loading, window, is_new, text))
        window.opening_cancelled.connect(lambda: self._cancelled(loading, window, is_new))
        window.closed.connect(lambda: self._end_loading(loading))
        self._loadings[loading] = window
        if not is_quiet:
            bring_to_front(window)
        loading.start()

    def quit(self) -> None:
        """Close all windows, until one of them is to stay."""
        for window in self.windows:
            bring_to_front(window)
            if not window.close():
                return
        self._application.quit()

    def _begin(self) -> None:
        self._collector.start()
        self._reporter.install()
        self._log.start()
        self._signals.start()
        start_sessions(self._questions.session_options(self._tell_of_job))
        self._show_theme()
        self.jobs.start()

    # -- files -------------------------------------------------------------------------------

    def _loaded(self, loading: Loading, window: BuilderWindow, document: Document) -> None:
        wanted = loading.wanted
        self._loadings.pop(loading, None)
        loading.deleteLater()
        problems = self._packages.load_needed(document)
        self._autosaves[window].drop()
        recovered = wanted.recovered
        key = recovered.file.stem if recovered is not None else None
        self._autosaves[window] = autosave = Autosave(document, self._keeper, key=key)
        window.set_document(document)
        if wanted.is_copy or recovered is not None:
            window.saving.suggested_name = wanted.path.name
        else:
            remember_file(self._settings, wanted.path)
        if recovered is not None:
            autosave.keep_now()
        document.version_changed.connect(lambda: self._load_needed(window))
        self._tell_problems(window, problems)
        self.jobs.document_shown(window, wanted)

    def _failed(self, loading: Loading, window: BuilderWindow, is_new: bool, text: str) -> None:
        wanted = loading.wanted
        self._end_loading(loading)
        window.show_idle()
        if not wanted.path.exists():
            forget_file(self._settings, wanted.path)
        tell_error(window, f"{wanted.title} was not opened", text)
        if is_new and window in self._autosaves:
            window.close()

    def _cancelled(self, loading: Loading, window: BuilderWindow, is_new: bool) -> None:
        self._end_loading(loading)
        window.show_idle()
        if is_new:
            window.close()

    def _end_loading(self, loading: Loading) -> None:
        """A file is not shown after all, or was long ago."""
        if self._loadings.pop(loading, None) is not None:
            loading.cancel()
            loading.deleteLater()
            self.jobs.opening_ended(loading.wanted.path)

    def _load_needed(self, window: BuilderWindow) -> None:
        self._tell_problems(window, self._packages.load_needed(window.document))

    def _load_packages(self) -> None:
        window = self._application.activeWindow()
        problems = self._packages.load_all()
        for one in self.windows:
            one.views.palette.reload()
        target = window if isinstance(window, BuilderWindow) else self.windows[0]
        self._tell_problems(target, problems)
        count = len(self._registry.packages())
        target.tell(f"{count} packages are loaded; their modules are in the list on the left.")

    def _tell_problems(self, window: BuilderWindow, problems: list[str]) -> None:
        for text in problems:
            window.tell(text, MessageKind.WARNING)

    def _remember(self, path: Path) -> None:
        remember_file(self._settings, path)

    # -- windows -----------------------------------------------------------------------------

    def _find_shown(self, wanted: Wanted) -> BuilderWindow | None:
        if wanted.is_copy or wanted.recovered is not None or wanted.version is not None:
            return None
        path = wanted.path.resolve()
        for window in self.windows:
            shown = window.document.path
            if shown is not None and shown.resolve() == path:
                return window
        loadings = self._loadings.items()
        same = (shown for one, shown in loadings if one.wanted == wanted)
        return next(same, None)

    def _find_untouched(self) -> BuilderWindow | None:
        return next((window for window in self.windows if window.is_untouched), None)

    def _forget_window(self, window: BuilderWindow) -> None:
        autosave = self._autosaves.pop(window, None)
        if autosave is not None:
            autosave.drop()
        self._closing = [one for one in self._closing if not one.wait_until_closed(0)]
        self._closing.append(window.running.controller)
        collect_again()

    def _wait_for_runs(self, seconds: float) -> None:
        """Let runs that were told to stop do so; no window is left that could freeze."""
        deadline = time.monotonic() + seconds
        for controller in self._closing:
            controller.wait_until_closed(max(0.0, deadline - time.monotonic()))

    def _tell_of_job(self, news: JobNews, job: RemoteJob, detail: str) -> None:
        """Called in the thread of a run. A run that waits finds a failed job again and again."""
        if news is JobNews.FAILED:
            if (job, job.attempt) in self._failed_jobs:
                return
            self._failed_jobs.add((job, job.attempt))
        more = f": {detail}" if detail else ""
        self._log.message.emit(f"Job {job.job_id} {news.value}{more}", MessageKind.NEWS)

    def _tell_all(self, text: str, kind: MessageKind) -> None:
        for window in self.windows:
            window.tell(text, kind)

    # -- theme -------------------------------------------------------------------------------

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self._settings.theme = choice
        self._theme = choose_theme(choice, self._system_palette)
        self._show_theme()

    def _show_theme(self) -> None:
        self._reporter.theme = self._theme
        use_style(self._application, self._theme)
        for window in self.windows:
            window.set_theme(self._theme)
        self.jobs.set_theme(self._theme)

    # -- recovery ----------------------------------------------------------------------------

    def offer_recovery(self) -> None:
        """Ask what is to become of the unsaved work of programs that were killed, if there is."""
        offer_recovery(self._recover, self.windows[0] if self.windows else None)

    def _recover(self, copy: Copy) -> None:
        taken = self._keeper.adopt(copy, copy.file.stem)
        path = copy.work.path
        unchanged = (
            one
            for one in self.windows
            if one.document.path == path and not (one.isWindowModified() or one.running.is_running)
        )
        near = None if path is None else next(unchanged, None)
        self.open(Wanted(path or taken.file, recovered=taken), near)

    def _end(self) -> None:
        """Somebody ends us from outside: nobody can be asked, so unsaved work keeps its copy."""
        for autosave in self._autosaves.values():
            autosave.keep_now()
        self._application.quit()


def run_builder(path: Path | None = None, version: str | None = None) -> int:
    """Run the builder until its last window is closed; return the exit code."""
    wanted = Wanted(path, version) if path is not None else None
    return _run(lambda builder: builder.start(wanted))


def run_monitor(files: Sequence[Path] = ()) -> int:
    """Run the job monitor until its last window is closed; return the exit code."""
    return _run(lambda builder: builder.start_monitor(files))


def _run(start: Callable[[Builder], None]) -> int:
    application = make_application(sys.argv[:1])
    builder = Builder(application)
    try:
        start(builder)
        with short_turns():
            return application.exec()
    finally:
        builder.stop()
