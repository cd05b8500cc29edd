"""The geometry of equal cells in rows: arithmetic only, so that their number does not matter."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect


class Cells:
    """`count` cells in rows of `columns`, numbered in reading order.

    All sizes are in pixels. The content is `width` wide, and `mirrored` where it is read from right to left.
    """

    def __init__(
        self, *, count: int, columns: int, cell_width: int, cell_height: int, width: int, mirrored: bool = False
    ) -> None:
        self.count, self.columns = count, columns
        self.cell_width, self.cell_height = cell_width, cell_height
        self.width, self.mirrored = width, mirrored

    @property
    def height(self) -> int:
        """The height of the content."""
        return -(-self.count // self.columns) * self.cell_height

    def rect(self, number: int) -> QRect:
        """Returns the rectangle of a cell in the content."""
        row, column = divmod(number, self.columns)
        left = column * self.cell_width
        if self.mirrored:
            left = self.width - left - self.cell_width
        return QRect(left, row * self.cell_height, self.cell_width, self.cell_height)

    def at(self, point: QPoint) -> int | None:
        """Returns the cell at a point of the content; None if there is none."""
        across = self.width - 1 - point.x() if self.mirrored else point.x()
        row, column = point.y() // self.cell_height, across // self.cell_width
        number = row * self.columns + column
        inside = row >= 0 and 0 <= column < self.columns and number < self.count
        return number if inside else None

    def nearest(self, point: QPoint) -> int:
        """Returns the cell at a point, or the nearest one in reading order. There must be at least one cell."""
        across = self.width - 1 - point.x() if self.mirrored else point.x()
        column = min(max(across // self.cell_width, 0), self.columns - 1)
        number = point.y() // self.cell_height * self.columns + column
        return min(max(number, 0), self.count - 1)

    def touching(self, area: QRect) -> Iterator[int]:
        """Yields the cells that lie at least partly in an area of the content."""
        first = max(0, area.top() // self.cell_height) * self.columns
        last = min(self.count, (area.bottom() // self.cell_height + 1) * self.columns)
        return (number for number in range(first, last) if self.rect(number).intersects(area))

    def beside(self, number: int, *, rows: int) -> int:
        """Returns the cell `rows` below in the same column (above if negative), at most the column's last or first."""
        column = number % self.columns
        last_row = (self.count - 1 - column) // self.columns
        return min(max(number // self.columns + rows, 0), last_row) * self.columns + column
