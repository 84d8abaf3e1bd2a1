"""Cells of tables that no spreadsheet takes for a formula, and back."""

import re

# The wide ones are formulas to some spreadsheets. A cell that has our apostrophe already gets
# another, so that each cell comes back as it was.
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def guard(cell: str) -> str:
    """A cell that is text everywhere: an apostrophe before what would be a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
