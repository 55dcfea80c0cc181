"""Queries about the image as the user looks at it: rows of plain data, without Textual."""
