"""`Row`: what every report and listing is made of, by the names of the JSON contract."""

from typing import Any

Row = dict[str, Any]
