"""JobFilesDialog: the files of a job on its server, to be downloaded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from PyQt5.QtCore import QSize, Qt, QUrl
from PyQt5.QtGui import QCloseEvent, QDesktopServices
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...engine import JobFile
from ...modules.job_book import DownloadProgress, JobEntry
from ..foreign_text import short_name, wrapped
from ..modal import drop, is_there, wait_for
from ..search_field import SearchField
from ..settings import Settings
from .book_bridge import BookBridge
from .time_text import clock_text
from .traffic_text import size_text

_SIZE = QSize(620, 440)
_MOST = 1000
_ASKING = "Asking the server…"
_FULL = 1000
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class JobFilesDialog(QDialog):
    """Asks for the list when it is made; what is downloaded stops when it goes."""

    def __init__(self, bridge: BookBridge, entry: JobEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job_files_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Files of {short_name(entry.name)}")
        self.resize(_SIZE)
        self._bridge = bridge
        self._entry = entry
        self._stop = threading.Event()
        self._folder: Path | None = None
        self._search = SearchField("job_files_search", "files", self)
        self._search.textChanged.connect(self._filter)
        self._list = self._make_list()
        self._note = QLabel(self)
        self._note.setObjectName("job_files_note")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("job_files_progress")
        self._bar.setAccessibleName("How far the download is")
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._look = self._button("look", "&Look Again", self.look)
        self._download = self._button("download", "&Download…", self._ask_and_download)
        self._download.setDefault(True)
        self._open = self._button("open", "&Open Folder", self._open_folder)
        self._close = self._button("close", "&Close", self.reject)
        self._lay_out()
        self._tell_selection()
        self._open.setEnabled(False)
        self.look()

    def look(self) -> None:
        """Ask the server for the list."""
        self._look.setEnabled(False)
        self._note.setText(_ASKING)
        # One more than are shown: only then is it known that there are more.
        future = self._bridge.book.job_files(self._entry.key, _MOST + 1)
        self._bridge.when_done(future, self._show_files, self._fail_look, owner=self)

    def names(self) -> list[str]:
        """The files that are listed."""
        return [item.data(0, Qt.ItemDataRole.UserRole) for item in self._items()]

    def selected(self) -> list[str]:
        """The files that are selected, from top to bottom."""
        return [item.data(0, Qt.ItemDataRole.UserRole) for item in self._list.selectedItems()]

    def download(self, files: Sequence[tuple[str, Path]], folder: Path) -> None:
        """Copy files of the job, each to its place in a folder, unless others are being copied."""
        if self._is_downloading():
            return
        self._folder = folder
        self._stop = threading.Event()
        # A window that goes takes this one along, which then gets no closeEvent.
        self.destroyed.connect(self._stop.set)
        self._download.setEnabled(False)
        self._close.setText("&Stop")
        self._bar.setRange(0, 0)
        self._bar.show()

        def tell(progress: DownloadProgress) -> None:
            # In a thread.
            self._bridge.deliver(lambda: self._show_progress(progress), owner=self)

        future = self._bridge.book.download_files(self._entry.key, files, tell, self._stop)
        self._bridge.when_done(
            future,
            lambda copied: self._end_download(_told(copied, folder, len(files))),
            self._end_download,
            owner=self,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """What nobody waits for any more is not copied."""
        self._stop.set()
        event.accept()

    def reject(self) -> None:
        """Escape and the button: stop first, then go."""
        if self._is_downloading():
            self._stop.set()
            self._note.setText("Stopping…")
        else:
            self.close()

    # -- inside ------------------------------------------------------------------------------

    def _is_downloading(self) -> bool:
        return self._bar.isVisibleTo(self)

    def _show_files(self, files: Sequence[JobFile]) -> None:
        chosen = set(self.selected())
        self._list.clear()
        now = time.time()
        for file in files[:_MOST]:
            size = "" if file.size is None else size_text(file.size)
            changed = "" if file.changed is None else clock_text(file.changed, now)
            item = QTreeWidgetItem(self._list, [file.name, size, changed])
            item.setData(0, Qt.ItemDataRole.UserRole, file.name)
            item.setTextAlignment(1, _RIGHT)
            item.setSelected(file.name in chosen)
        self._filter()
        self._look.setEnabled(True)
        if self._note.text() == _ASKING:
            is_cut = len(files) > _MOST
            self._note.setText(f"The first {_MOST:,} files are listed." if is_cut else "")

    def _fail_look(self, problem: str) -> None:
        self._look.setEnabled(True)
        self._note.setText(wrapped(problem))

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        return [item for item in found if item is not None and not item.isHidden()]

    def _filter(self) -> None:
        words = self._search.text().lower().split()
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is not None:
                name = item.text(0).lower()
                item.setHidden(not all(word in name for word in words))
        self._tell_selection()

    def _tell_selection(self) -> None:
        count = len(self._list.selectedItems())
        self._download.setEnabled(count > 0 and not self._is_downloading())
        self._download.setText("&Download…" if count < 2 else f"&Download {count:,} Files…")

    def _ask_and_download(self) -> None:
        if self._is_downloading():
            return
        names = self.selected()
        if len(names) == 1:
            target = _ask_target(self, PurePosixPath(names[0]).name)
            if target is not None:
                self.download([(names[0], target)], target.parent)
        elif names:
            folder = _ask_folder(self)
            files = [(name, folder / name) for name in names] if folder is not None else []
            if folder is not None and self._may_replace([path for _, path in files]):
                self.download(files, folder)

    def _may_replace(self, paths: Sequence[Path]) -> bool:
        there = [path for path in paths if path.exists()]
        if not there:
            return True
        box = QMessageBox(self)
        box.setObjectName("replace_dialog")
        box.setWindowModality(Qt.WindowModality.WindowModal)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            "One of these files is there already. Replace it?"
            if len(there) == 1
            else f"{len(there):,} of these files are there already. Replace them?"
        )
        do = box.addButton("&Replace", QMessageBox.ButtonRole.DestructiveRole)
        do.setObjectName("replace_dialog_do")
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        may_replace = is_there(box) and box.clickedButton() is do
        drop(box)
        return may_replace

    def _show_progress(self, progress: DownloadProgress) -> None:
        if self._stop.is_set():
            return
        share = progress.done / progress.size if progress.size else 0.0
        self._bar.setRange(0, _FULL * progress.count)
        self._bar.setValue(round(_FULL * (progress.number - 1 + share)))
        of = f" ({progress.number} of {progress.count})" if progress.count > 1 else ""
        size = f", {size_text(progress.size)}" if progress.size else ""
        self._note.setText(f"Downloading {short_name(progress.name)}{of}{size}")

    def _end_download(self, text: str) -> None:
        self._bar.hide()
        self._close.setText("&Close")
        self._note.setText(wrapped(text))
        self._open.setEnabled(self._folder is not None and self._folder.is_dir())
        self._tell_selection()

    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _make_list(self) -> QTreeWidget:
        shown = QTreeWidget(self)
        shown.setObjectName("job_files")
        shown.setAccessibleName("Files of the job")
        shown.setHeaderLabels(["Name", "Size", "Changed"])
        shown.setRootIsDecorated(False)
        shown.setUniformRowHeights(True)
        shown.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        shown.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        shown.itemSelectionChanged.connect(self._tell_selection)
        # Enter comes to the default button by itself.
        shown.itemDoubleClicked.connect(lambda _item: self._ask_and_download())
        header = shown.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        shown.setColumnWidth(1, 90)
        shown.setColumnWidth(2, 140)
        return shown

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"job_files_{name}")
        # While it has the focus, Enter means it and not the default one.
        button.setAutoDefault(True)
        button.clicked.connect(lambda: slot())
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._look)
        buttons.addStretch(1)
        for button in (self._open, self._download, self._close):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._note)
        layout.addLayout(buttons)


def _told(copied: Sequence[Path], folder: Path, count: int) -> str:
    if not copied:
        return "Stopped: nothing was downloaded."
    if len(copied) < count:
        return f"Stopped: {len(copied):,} of {count:,} files are in {folder}."
    return f"Downloaded {copied[0]}" if count == 1 else f"Downloaded {count:,} files into {folder}"


def _ask_target(window: QWidget, name: str) -> Path | None:
    settings = Settings()
    dialog = QFileDialog(window, "Save As")
    dialog.setObjectName("download_to_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDirectory(str(settings.folder))
    dialog.selectFile(name)
    return _chosen(dialog)


def _ask_folder(window: QWidget) -> Path | None:
    dialog = QFileDialog(window, "Download Into")
    dialog.setObjectName("download_folder_dialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setDirectory(str(Settings().folder))
    return _chosen(dialog)


def _chosen(dialog: QFileDialog) -> Path | None:
    files = dialog.selectedFiles() if wait_for(dialog) else []
    drop(dialog)
    return Path(files[0]) if files else None
