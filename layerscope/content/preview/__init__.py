"""What is in a file: text, bytes, the members of an archive, facts of structured files. Bytes in, values out."""
