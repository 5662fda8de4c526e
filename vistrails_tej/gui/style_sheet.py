"""The sheet of the whole program: frames, spaces and focus, in the colours of a theme."""

from __future__ import annotations

from string import Template

from .theme import Theme

# What can be typed in, and lists, have an outline that is seen on every background; what has the
# focus gets the accent. Arrows, ticks and the signs of docks are drawn by AppStyle.
_SHEET = Template("""
QMainWindow::separator { background: $window; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $accent; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: $panel; border: 1px solid $outline; border-radius: 4px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit { padding: 3px 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid $accent;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {
    background: $window; border-color: $border;
}
QLineEdit:read-only, QPlainTextEdit[readOnly="true"], QTextEdit[readOnly="true"] {
    border-color: $border;
}
QPlainTextEdit[readOnly="true"]:focus, QTextEdit[readOnly="true"]:focus {
    border-color: $accent;
}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {
    border: none; padding: 0 3px; background: transparent;
}
QPlainTextEdit#message_log_text { border: none; border-radius: 0; }
QAbstractItemView QLineEdit { padding: 0 2px; border-radius: 0; }

QTreeView, QListView, QTableView {
    background: $panel; color: $text; border: 1px solid $border; border-radius: 4px;
    selection-background-color: $accent; selection-color: $accent_text; outline: none;
}
QTreeView:focus, QListView:focus, QTableView:focus { border-color: $accent; }
QTreeView::item { padding: 2px 0; }
QListView::item { padding: 3px 4px; }
QTableView { gridline-color: $border; }
QHeaderView { background: $window; border: none; }
QHeaderView::section {
    background: $window; color: $faint_text; padding: 4px 6px; border: none;
    border-right: 1px solid $border; border-bottom: 1px solid $border;
}
QHeaderView::section:last { border-right: none; }
QTableCornerButton::section { background: $window; border: none; }

QPushButton {
    background: $button; color: $text; border: 1px solid $outline; border-radius: 4px;
    padding: 4px 10px; min-width: 40px;
}
QPushButton:default { border-color: $accent; background: $accent; color: $accent_text; }
QPushButton:hover { background: $hover; }
QPushButton:default:hover { background: $accent_hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:default:pressed { background: $accent; }
QPushButton:focus { border-color: $accent; }
QPushButton:default:focus { border-color: $text; }
QPushButton:disabled, QPushButton:default:disabled {
    background: $window; color: $disabled_text; border-color: $border;
}
QToolButton {
    background: transparent; color: $text; border: 1px solid transparent; border-radius: 4px;
    padding: 3px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $pressed; border-color: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled_text; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $border; padding: 3px 4px;
    spacing: 2px; }
QToolBar::separator { background: $border; width: 1px; margin: 5px 5px; }
QToolBar QToolButton { padding: 3px 6px; }
QToolBar#job_tool_bar, QToolBar#queue_tool_bar { border: none; }
QMenuBar { background: $window; color: $text; padding: 1px 4px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $pressed; }
QMenuBar::item:disabled { color: $disabled_text; }
QMenu::separator { background: $border; height: 1px; margin: 4px 8px; }
QStatusBar { background: $window; color: $faint_text; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $faint_text; }
QToolTip {
    background: $panel; color: $text; border: 1px solid $outline; padding: 3px 5px;
}

QDockWidget { color: $text; }
QDockWidget::title {
    background: $window; padding: 5px 8px; text-align: left; border-bottom: 1px solid $border;
}
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: $window; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $faint_text; border: none; padding: 6px 12px;
    border-bottom: 2px solid transparent; border-top: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:bottom:selected {
    border-bottom-color: transparent; border-top-color: $accent;
}
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:focus { color: $link; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: $handle; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QProgressBar {
    background: $panel; color: $text; border: 1px solid $border; border-radius: 4px;
    text-align: center; min-height: 14px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QGroupBox {
    border: 1px solid $border; border-radius: 4px; margin-top: 9px; padding: 8px 4px 4px 4px;
}
QGroupBox::title {
    subcontrol-origin: margin; left: 8px; padding: 0 4px; color: $faint_text;
}
QFrame#filter_popup { background: $panel; border: 1px solid $outline; border-radius: 4px; }
""")


def style_sheet(theme: Theme) -> str:
    """The sheet for ``QApplication.setStyleSheet``."""
    names = (
        *("window", "panel", "text", "faint_text", "disabled_text", "border", "outline"),
        *("accent", "accent_hover", "accent_text", "link", "button", "hover", "pressed", "handle"),
    )
    return _SHEET.substitute({name: getattr(theme, name) for name in names})
