"""The usual columns of the table of deliveries, by the room that there is."""

from PySide6.QtWidgets import QTableView

from smtp_desktop.ui.deliveries.cells import DeliveryColumn
from smtp_desktop.ui.deliveries.words import usual_state_texts
from smtp_desktop.ui.widgets.row_table import widest_time_px

_DOT_ROOM_PX = 20
_CELL_PADDING_PX = 22
# Below these widths of the page columns are hidden: the panel shows their content.
_WIDE_PX, _MIDDLE_PX, _NARROW_PX = 720, 560, 420
_LEAST_STATE_PX = 104  # in the narrowest page, where states are elided


def usual_widths(table: QTableView, page_px: int) -> dict[int, int]:
    """Returns the widths of the columns on a page that is `page_px` wide: times and states as they need it, the others
    alike."""
    table.ensurePolished()  # only then it has the font of the style sheet
    metrics = table.fontMetrics()
    state_px = max(metrics.horizontalAdvance(each) for each in usual_state_texts()) + _CELL_PADDING_PX + _DOT_ROOM_PX
    if page_px < _NARROW_PX:
        state_px = min(state_px, max(_LEAST_STATE_PX, table.viewport().width() * 2 // 5))
    widths: dict[int, int] = {
        DeliveryColumn.TIME: widest_time_px(table) + _CELL_PADDING_PX,
        DeliveryColumn.STATE: state_px,
    }
    shared: list[int] = [column for column in DeliveryColumn if column not in {*widths, *left_out(page_px)}]
    each = (table.viewport().width() - sum(widths.values())) // len(shared)
    return widths | dict.fromkeys(shared, each)


def left_out(page_px: int) -> frozenset[int]:
    """Returns the columns for which a page that is `page_px` wide has no room."""
    least: dict[int, int] = {
        DeliveryColumn.SMTP: _WIDE_PX,
        DeliveryColumn.ACTIVITY: _MIDDLE_PX,
        DeliveryColumn.TO: _MIDDLE_PX,
        DeliveryColumn.TIME: _NARROW_PX,
    }
    return frozenset(column for column, needed_px in least.items() if page_px < needed_px)
