"""How all widgets look: Fusion, with frames of a style sheet and small signs drawn as paths."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPen, QPolygonF
from PyQt5.QtWidgets import (
    QApplication,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionSpinBox,
    QWidget,
)

from .icons import icon
from .style_sheet import style_sheet
from .theme import LIGHT, Theme

_CHECKS = (
    QStyle.PrimitiveElement.PE_IndicatorCheckBox,
    QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck,
)
# The line beside the tabs: it would end at a widget in their corner.
_HIDDEN = (QStyle.PrimitiveElement.PE_FrameTabBarBase,)
_ARROWS = {
    QStyle.PrimitiveElement.PE_IndicatorArrowDown: ((-1.0, -0.5), (0.0, 0.5), (1.0, -0.5)),
    QStyle.PrimitiveElement.PE_IndicatorArrowUp: ((-1.0, 0.5), (0.0, -0.5), (1.0, 0.5)),
    QStyle.PrimitiveElement.PE_IndicatorArrowRight: ((-0.5, -1.0), (0.5, 0.0), (-0.5, 1.0)),
    QStyle.PrimitiveElement.PE_IndicatorArrowLeft: ((0.5, -1.0), (-0.5, 0.0), (0.5, 1.0)),
}
_ARROW = 3.5
_RADIUS = 4.0
_TICK = ((0.22, 0.52), (0.43, 0.72), (0.79, 0.30))
_SIGNS = {
    QStyle.StandardPixmap.SP_TitleBarCloseButton: "cross",
    QStyle.StandardPixmap.SP_DockWidgetCloseButton: "cross",
    QStyle.StandardPixmap.SP_LineEditClearButton: "cross",
    QStyle.StandardPixmap.SP_TitleBarNormalButton: "float",
    QStyle.StandardPixmap.SP_ToolBarHorizontalExtensionButton: "more",
}
_HINTS = {
    QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    QStyle.StyleHint.SH_EtchDisabledText: 0,
}
_METRICS = {
    QStyle.PixelMetric.PM_IndicatorWidth: 16,
    QStyle.PixelMetric.PM_IndicatorHeight: 16,
    QStyle.PixelMetric.PM_ExclusiveIndicatorWidth: 16,
    QStyle.PixelMetric.PM_ExclusiveIndicatorHeight: 16,
}


def use_style(application: QApplication, theme: Theme) -> None:
    """Show all windows in the colours of a theme, those that are open and those to come."""
    style = application.property("app_style")
    if isinstance(style, AppStyle):
        if style.theme == theme:
            # Qt would look at every widget once more.
            return
    else:
        style = AppStyle()
        application.setProperty("app_style", style)
        application.setStyle(style)
    style.theme = theme
    application.setPalette(theme.palette())
    application.setStyleSheet(style_sheet(theme))


class AppStyle(QProxyStyle):
    """Draws boxes to tick, fields to choose from, and arrows, in the colours of ``theme``."""

    def __init__(self, theme: Theme = LIGHT) -> None:
        super().__init__("Fusion")
        self.theme = theme
        self._signs: dict[tuple[str, str], QIcon] = {}

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption | None,
        painter: QPainter | None,
        widget: QWidget | None = None,
    ) -> None:
        """See Qt."""
        if option is None or painter is None or element in _HIDDEN:
            return
        if element in _CHECKS:
            self._draw_check(option, painter)
        elif element == QStyle.PrimitiveElement.PE_IndicatorRadioButton:
            self._draw_radio(option, painter)
        elif element == QStyle.PrimitiveElement.PE_PanelMenu:
            painter.fillRect(option.rect, self.theme.color("outline"))
            painter.fillRect(option.rect.adjusted(1, 1, -1, -1), self.theme.color("panel"))
        elif element in _ARROWS:
            self._draw_arrow(_ARROWS[element], option, painter, QRectF(option.rect).center())
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex | None,
        painter: QPainter | None,
        widget: QWidget | None = None,
    ) -> None:
        """See Qt."""
        if option is None or painter is None:
            return
        if isinstance(option, QStyleOptionComboBox):
            self._draw_combo(option, painter)
        elif isinstance(option, QStyleOptionSpinBox):
            self._draw_spin(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803
    ) -> int:
        """See Qt."""
        if hint in _HINTS:
            return _HINTS[hint]
        return super().styleHint(hint, option, widget, returnData)

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """See Qt."""
        if metric in _METRICS:
            return _METRICS[metric]
        return super().pixelMetric(metric, option, widget)

    def standardIcon(
        self,
        standard: QStyle.StandardPixmap,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> QIcon:
        """See Qt: the signs of docks and fields are ours."""
        if standard in _SIGNS:
            return self._sign(_SIGNS[standard])
        return super().standardIcon(standard, option, widget)

    # -- inside ------------------------------------------------------------------------------

    def _sign(self, name: str) -> QIcon:
        """A sign; Qt asks for it whenever it draws a dock or a field, so each is made once."""
        key = name, self.theme.name
        if key not in self._signs:
            self._signs[key] = icon(name, self.theme)
        return self._signs[key]

    def _frame(self, option: QStyleOption) -> tuple[QPen, QColor]:
        """The outline and the inside of something that can be chosen."""
        state = option.state
        if not state & QStyle.StateFlag.State_Enabled:
            return QPen(self.theme.color("border")), self.theme.color("window")
        has_focus = state & QStyle.StateFlag.State_HasFocus
        return QPen(self.theme.color("accent" if has_focus else "outline")), self.theme.color(
            "panel"
        )

    def _draw_check(self, option: QStyleOption, painter: QPainter) -> None:
        rect = _square(option)
        pen, inside = self._frame(option)
        is_on = option.state & QStyle.StateFlag.State_On
        is_partly = option.state & QStyle.StateFlag.State_NoChange
        ink = self._filled(option, pen, inside) if is_on or is_partly else inside
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(ink)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(_sign_pen(self.theme.color("accent_text"), 1.8))
        if is_on:
            points = [rect.topLeft() + QPointF(x, y) * rect.width() for x, y in _TICK]
            painter.drawPolyline(QPolygonF(points))
        elif is_partly:
            middle, half = rect.center(), rect.width() / 4
            painter.drawLine(middle - QPointF(half, 0), middle + QPointF(half, 0))
        painter.restore()

    def _filled(self, option: QStyleOption, pen: QPen, inside: QColor) -> QColor:
        """The inside of a box with a tick; its outline becomes that of the focus."""
        if not option.state & QStyle.StateFlag.State_Enabled:
            return self.theme.color("disabled_text")
        if not option.state & QStyle.StateFlag.State_HasFocus:
            pen.setColor(self.theme.color("accent"))
        else:
            pen.setColor(self.theme.color("text"))
        return self.theme.color("accent")

    def _draw_radio(self, option: QStyleOption, painter: QPainter) -> None:
        rect = _square(option)
        pen, inside = self._frame(option)
        is_on = option.state & QStyle.StateFlag.State_On
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._filled(option, pen, inside) if is_on else inside)
        painter.setPen(pen)
        painter.drawEllipse(rect)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("accent_text"))
            painter.drawEllipse(rect.center(), 2.8, 2.8)
        painter.restore()

    def _draw_combo(self, option: QStyleOptionComboBox, painter: QPainter) -> None:
        pen, inside = self._frame(option)
        is_enabled = option.state & QStyle.StateFlag.State_Enabled
        if is_enabled and not option.editable:
            is_under = option.state & QStyle.StateFlag.State_MouseOver
            inside = self.theme.color("hover" if is_under else "button")
        if option.frame:
            _draw_field(painter, option, pen, inside)
        place = QRectF(option.rect)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        x = place.left() + 12 if is_mirrored else place.right() - 12
        down = _ARROWS[QStyle.PrimitiveElement.PE_IndicatorArrowDown]
        self._draw_arrow(down, option, painter, QPointF(x, place.center().y()))

    def _draw_spin(
        self, option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None
    ) -> None:
        if option.frame:
            _draw_field(painter, option, *self._frame(option))
        control, parts = QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl
        for part, arrow in (
            (parts.SC_SpinBoxUp, QStyle.PrimitiveElement.PE_IndicatorArrowUp),
            (parts.SC_SpinBoxDown, QStyle.PrimitiveElement.PE_IndicatorArrowDown),
        ):
            place = QRectF(self.subControlRect(control, option, part, widget))  # type: ignore[arg-type]
            self._draw_arrow(_ARROWS[arrow], option, painter, place.center())

    def _draw_arrow(
        self,
        shape: tuple[tuple[float, float], ...],
        option: QStyleOption,
        painter: QPainter,
        middle: QPointF,
    ) -> None:
        is_enabled = option.state & QStyle.StateFlag.State_Enabled
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_sign_pen(self.theme.color("text" if is_enabled else "disabled_text"), 1.5))
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) * _ARROW for x, y in shape]))
        painter.restore()


def _draw_field(painter: QPainter, option: QStyleOption, pen: QPen, inside: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(inside)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    painter.restore()


def _square(option: QStyleOption) -> QRectF:
    """The largest square in the middle, on half pixels, so that its outline is sharp."""
    rect = option.rect
    size = min(rect.width(), rect.height())
    left = rect.left() + (rect.width() - size) // 2
    top = rect.top() + (rect.height() - size) // 2
    return QRectF(left + 0.5, top + 0.5, size - 1, size - 1)


def _sign_pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
