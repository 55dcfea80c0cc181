"""What can be asked of the image as the user looks at it: rows of plain data. Without Textual."""
