"""The usual columns of the table of deliveries, by the room that there is."""

from PySide6.QtWidgets import QTableView

from smtp_desktop.ui.deliveries.model import DeliveryColumn
from smtp_desktop.ui.widgets.row_table import widest_time_px

_LEAST_STATE_PX, _STATE_PX, _MIDDLE_STATE_PX, _WIDE_STATE_PX = 104, 150, 176, 230
_CELL_PADDING_PX = 22
# Below these widths of the page columns are hidden: the panel shows their content.
_ROOMY_PX, _WIDE_PX, _MIDDLE_PX, _NARROW_PX = 1000, 720, 560, 420
_STATE_WIDTHS_PX = ((_ROOMY_PX, _WIDE_STATE_PX), (_WIDE_PX, _MIDDLE_STATE_PX), (_NARROW_PX, _STATE_PX))


def usual_widths(table: QTableView, page_px: int) -> dict[int, int]:
    """Returns the widths of the columns on a page that is `page_px` wide: times and states as they need it, the others
    alike."""
    state_px = next((width for least, width in _STATE_WIDTHS_PX if page_px >= least), _LEAST_STATE_PX)
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
