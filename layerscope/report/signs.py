"""The signs of changes in lists of files."""

from layerscope.filesystem.comparison import Change

SIGNS = {
    Change.ABSENT: "x",
    Change.UNMODIFIED: " ",
    Change.TOUCHED: "=",
    Change.ADDED: "+",
    Change.MODIFIED: "~",
    Change.REMOVED: "-",
    Change.UNKNOWN: "?",
}
